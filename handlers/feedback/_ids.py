"""What can be clicked and submitted about feedback, on either side."""

from enum import StrEnum


class Ids(StrEnum):
    """What can be clicked and submitted."""

    # The asker's side.
    NEW = "feedback.new"
    ASK = "feedback.ask"
    ASK_WORDS = "feedback.ask_words"
    AGAIN = "feedback.again"
    CLOSE = "feedback.close"
    UNDO = "feedback.undo"
    SENT = "feedback.sent"
    SENT_NEWER = "feedback.sent_newer"
    SENT_OLDER = "feedback.sent_older"
    SENT_MORE = "feedback.sent_more"
    INBOX = "feedback.inbox"
    NEWER = "feedback.newer"
    OLDER = "feedback.older"
    READ = "feedback.read"
    EDIT = "feedback.edit"
    CHANGE = "feedback.change"
    THEMES = "feedback.themes"
    SAVE_THEMES = "feedback.save_themes"
    ACT = "feedback.act"
    SAVE_ACT = "feedback.save_act"
    CHECK = "feedback.check"
    SAVE_CHECK = "feedback.save_check"
    LINK = "feedback.link"
    SAVE_LINK = "feedback.save_link"
    DELETE = "feedback.delete"
    RESTORE = "feedback.restore"

    # The giver's side.
    ANSWER = "feedback.answer"
    TYPED = "feedback.typed"
    KEEP = "feedback.keep"
    SEND = "feedback.send"
    WITHDRAW = "feedback.withdraw"
    NOT_NOW = "feedback.not_now"
    DECLINE = "feedback.decline"
    NEVER = "feedback.never"
    ASK_ME = "feedback.ask_me"
    EXPLAIN = "feedback.explain"
    LETTER = "feedback.letter"
    GIVEN = "feedback.given"
    GIVEN_NEWER = "feedback.given_newer"
    GIVEN_OLDER = "feedback.given_older"


# What somebody does who only answers: it makes nobody a user of Sayso.
OF_GIVERS = frozenset(
    {
        *(
            Ids.ANSWER,
            Ids.TYPED,
            Ids.KEEP,
            Ids.SEND,
            Ids.WITHDRAW,
            Ids.NOT_NOW,
            Ids.DECLINE,
            Ids.NEVER,
            Ids.ASK_ME,
        ),
        *(Ids.EXPLAIN, Ids.LETTER, Ids.GIVEN, Ids.GIVEN_NEWER, Ids.GIVEN_OLDER),
    }
)
