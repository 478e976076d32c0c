"""What an account looks like as JSON, and back: the shape that the export writes and the import reads."""

from bot.domain.portable._goals import add_goals as add_goals
from bot.domain.portable._goals import fields_of as fields_of
from bot.domain.portable._goals import goals_as_json as goals_as_json
from bot.domain.portable._wins import FORMAT as FORMAT
from bot.domain.portable._wins import VERSION as VERSION
from bot.domain.portable._wins import Account as Account
from bot.domain.portable._wins import Json as Json
from bot.domain.portable._wins import entry as entry
from bot.domain.portable._wins import goal_of as goal_of
from bot.domain.portable._wins import goals_in as goals_in
from bot.domain.portable._wins import is_account as is_account
from bot.domain.portable._wins import read as read
from bot.domain.portable._wins import write as write
