"""Members: who may use Sayso, and each person's zone, check-in time and pauses."""

from bot.domain.members._absences import FARTHEST_AWAY as FARTHEST_AWAY
from bot.domain.members._absences import Absence as Absence
from bot.domain.members._absences import absences as absences
from bot.domain.members._absences import away as away
from bot.domain.members._absences import be_away as be_away
from bot.domain.members._absences import pause as pause
from bot.domain.members._absences import resume as resume
from bot.domain.members._absences import working_day as working_day
from bot.domain.members._days import WEEKDAYS as WEEKDAYS
from bot.domain.members._days import local as local
from bot.domain.members._days import today as today
from bot.domain.members._days import week as week
from bot.domain.members._days import zone as zone
from bot.domain.members._profiles import REFUSALS as REFUSALS
from bot.domain.members._profiles import Profile as Profile
from bot.domain.members._profiles import admit as admit
from bot.domain.members._profiles import check as check
from bot.domain.members._profiles import find as find
from bot.domain.members._profiles import follow_profile as follow_profile
from bot.domain.members._wishes import BEFORE_THE_END as BEFORE_THE_END
from bot.domain.members._wishes import BUDGETS as BUDGETS
from bot.domain.members._wishes import Wishes as Wishes
from bot.domain.members._wishes import choose as choose
from bot.domain.members._wishes import wishes_of as wishes_of
