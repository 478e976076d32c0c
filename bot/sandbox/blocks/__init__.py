"""Block Kit as Slack accepts it: what is wrong with a message or a view, in Slack's words, with JSON pointers.

The rules are tables (`objects`, `rich_text`, `elements`, `layouts`) in the little language of `schema`; `surfaces` adds what
spans several blocks. Limits are Slack's published ones; wording and pointers follow answers seen from the real service, such as
`must be less than 25 characters [json-pointer:/view/title/text]`.
"""

from bot.sandbox.blocks.surfaces import Problem, message_problems, view_problems

__all__ = ["Problem", "message_problems", "view_problems"]
