"""Feedback: a person asks colleagues, who answer, decline or stay silent; what is given crosses by one transaction.

The asker owns Request, Asked and Received, the giver owns Letter. A verb that takes `theirs` touches both sides: it is
the other member's session in the same transaction (`MemberSession.beside`), None where they are not there any more.
"""

from bot.domain.feedback._asking import Colleague as Colleague
from bot.domain.feedback._asking import Sent as Sent
from bot.domain.feedback._asking import allow as allow
from bot.domain.feedback._asking import ask as ask
from bot.domain.feedback._asking import asked_in as asked_in
from bot.domain.feedback._asking import close as close
from bot.domain.feedback._asking import sent as sent
from bot.domain.feedback._asking import sent_one as sent_one
from bot.domain.feedback._asking import still_open as still_open
from bot.domain.feedback._giving import add_to_draft as add_to_draft
from bot.domain.feedback._giving import again as again
from bot.domain.feedback._giving import decline as decline
from bot.domain.feedback._giving import keep_draft as keep_draft
from bot.domain.feedback._giving import letter as letter
from bot.domain.feedback._giving import letters as letters
from bot.domain.feedback._giving import never as never
from bot.domain.feedback._giving import put_off as put_off
from bot.domain.feedback._giving import send as send
from bot.domain.feedback._giving import standing as standing
from bot.domain.feedback._giving import to_answer as to_answer
from bot.domain.feedback._giving import withdraw as withdraw
from bot.domain.feedback._receiving import BIN as BIN
from bot.domain.feedback._receiving import Quote as Quote
from bot.domain.feedback._receiving import Waiting as Waiting
from bot.domain.feedback._receiving import act as act
from bot.domain.feedback._receiving import asked_for as asked_for
from bot.domain.feedback._receiving import bin_ as bin_
from bot.domain.feedback._receiving import change_praise as change_praise
from bot.domain.feedback._receiving import check as check
from bot.domain.feedback._receiving import inbox as inbox
from bot.domain.feedback._receiving import kept_one as kept_one
from bot.domain.feedback._receiving import link as link
from bot.domain.feedback._receiving import log_praise as log_praise
from bot.domain.feedback._receiving import quotes as quotes
from bot.domain.feedback._receiving import read as read
from bot.domain.feedback._receiving import restore as restore
from bot.domain.feedback._receiving import tag as tag
from bot.domain.feedback._receiving import waiting as waiting
from bot.domain.feedback._records import Asked as Asked
from bot.domain.feedback._records import Letter as Letter
from bot.domain.feedback._records import Outcome as Outcome
from bot.domain.feedback._records import Permission as Permission
from bot.domain.feedback._records import Received as Received
from bot.domain.feedback._records import Request as Request
from bot.domain.feedback._records import Standing as Standing
from bot.domain.feedback._records import Status as Status
from bot.domain.feedback._rules import PEOPLE as PEOPLE
from bot.domain.feedback._rules import Entry as Entry
from bot.domain.feedback._rules import Praise as Praise
from bot.domain.feedback._rules import entry as entry
from bot.domain.feedback._rules import praise as praise
from bot.domain.feedback._rules import suggested as suggested
from bot.domain.feedback._rules import themes_in as themes_in
from bot.domain.feedback._rules import too_much as too_much
from bot.domain.feedback._rules import topic_of as topic_of
