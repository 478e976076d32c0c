"""Privacy: what is stored about a member, all of it as a file and back, and erasing it."""

from bot.domain.privacy._account import SETTINGS as SETTINGS
from bot.domain.privacy._account import Account as Account
from bot.domain.privacy._account import Told as Told
from bot.domain.privacy._account import gather as gather
from bot.domain.privacy._details import choose_details as choose_details
from bot.domain.privacy._erasing import WORDS as WORDS
from bot.domain.privacy._erasing import check as check
from bot.domain.privacy._erasing import erase as erase
from bot.domain.privacy._found import ENTRY as ENTRY
from bot.domain.privacy._found import MOST_BYTES as MOST_BYTES
from bot.domain.privacy._found import Found as Found
from bot.domain.privacy._found import found_in as found_in
from bot.domain.privacy._kept import Kept as Kept
from bot.domain.privacy._kept import keep as keep
from bot.domain.privacy._kept import let_go as let_go
from bot.domain.privacy._kept import save_next as save_next
from bot.domain.privacy._kept import undo_next as undo_next
from bot.domain.privacy._packing import known as known
from bot.domain.privacy._packing import pack as pack
from bot.domain.privacy._summary import Grant as Grant
from bot.domain.privacy._summary import Summary as Summary
from bot.domain.privacy._summary import summary as summary
