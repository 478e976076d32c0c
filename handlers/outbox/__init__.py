"""How Slack is called: one client with a token per workspace, and what Slack's refusals mean."""

from handlers.outbox._clients import LONGEST_WAIT_SECONDS as LONGEST_WAIT_SECONDS
from handlers.outbox._clients import PROFILE_SECONDS as PROFILE_SECONDS
from handlers.outbox._clients import TIMEOUT_SECONDS as TIMEOUT_SECONDS
from handlers.outbox._clients import ShortWaits as ShortWaits
from handlers.outbox._clients import client as client
from handlers.outbox._clients import sender as sender
from handlers.outbox._clients import word_of as word_of
from handlers.outbox._installing import ENDED as ENDED
from handlers.outbox._installing import SlackFacts as SlackFacts
from handlers.outbox._installing import configured_tokens as configured_tokens
from handlers.outbox._installing import examine as examine
from handlers.outbox._installing import install as install
from handlers.outbox._installing import join as join
from handlers.outbox._installing import keep as keep
from handlers.outbox._installing import scopes as scopes
from handlers.outbox._installing import still_works as still_works
from handlers.outbox._profiles import is_at_home as is_at_home
from handlers.outbox._profiles import profile as profile
from handlers.outbox._profiles import profile_of as profile_of
from handlers.outbox._tokens import SENDING_AGE as SENDING_AGE
from handlers.outbox._tokens import TOKEN_AGE as TOKEN_AGE
from handlers.outbox._tokens import TRY_AGAIN_AFTER as TRY_AGAIN_AFTER
from handlers.outbox._tokens import Tokens as Tokens
