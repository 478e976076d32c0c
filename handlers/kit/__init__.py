"""The Block Kit vocabulary: small builders of what Slack draws, and what stands in a submitted form.

A Phrase (words from a template) is mrkdwn already; a plain str is a person's text and is escaped
here before it is shown as mrkdwn. In plain_text objects and inputs Slack shows characters as they are.

Everything here is a dict as it is sent (https://docs.slack.dev/reference/block-kit). slack_sdk.models would check the
same limits again for every answer, at a third of its cost; the tests check all that is drawn against Slack's rules.
"""

from handlers.kit._blocks import COLUMN_LENGTH as COLUMN_LENGTH
from handlers.kit._blocks import OPTION_LENGTH as OPTION_LENGTH
from handlers.kit._blocks import SECTION_LENGTH as SECTION_LENGTH
from handlers.kit._blocks import VERBATIM_LENGTH as VERBATIM_LENGTH
from handlers.kit._blocks import Block as Block
from handlers.kit._blocks import Element as Element
from handlers.kit._blocks import Option as Option
from handlers.kit._blocks import Text as Text
from handlers.kit._blocks import actions as actions
from handlers.kit._blocks import button as button
from handlers.kit._blocks import columns as columns
from handlers.kit._blocks import context as context
from handlers.kit._blocks import divider as divider
from handlers.kit._blocks import given as given
from handlers.kit._blocks import header as header
from handlers.kit._blocks import literal as literal
from handlers.kit._blocks import mrkdwn as mrkdwn
from handlers.kit._blocks import option as option
from handlers.kit._blocks import overflow as overflow
from handlers.kit._blocks import plain_text as plain_text
from handlers.kit._blocks import section as section
from handlers.kit._blocks import select as select
from handlers.kit._blocks import verbatim as verbatim
from handlers.kit._fields import INPUT_LENGTH as INPUT_LENGTH
from handlers.kit._fields import VALUE as VALUE
from handlers.kit._fields import choice_field as choice_field
from handlers.kit._fields import date_field as date_field
from handlers.kit._fields import many_field as many_field
from handlers.kit._fields import people_field as people_field
from handlers.kit._fields import renewed as renewed
from handlers.kit._fields import text_field as text_field
from handlers.kit._fields import ticks_field as ticks_field
from handlers.kit._fields import time_field as time_field
from handlers.kit._texts import clip as clip
from handlers.kit._texts import escaped as escaped
from handlers.kit._texts import pieces as pieces
from handlers.kit._texts import plain as plain
from handlers.kit._views import LASTING as LASTING
from handlers.kit._views import Message as Message
from handlers.kit._views import carried as carried
from handlers.kit._views import home as home
from handlers.kit._views import modal as modal
from handlers.kit._views import sending as sending
from handlers.kit._views import texts as texts
from handlers.kit._views import values as values
