"""Workspaces and orgs that installed the app: their sealed tokens, the asking for them, and what leaving means."""

from bot.domain.workspaces._installations import Installation as Installation
from bot.domain.workspaces._installations import connect as connect
from bot.domain.workspaces._installations import disconnect as disconnect
from bot.domain.workspaces._installations import installed as installed
from bot.domain.workspaces._installations import lacking as lacking
from bot.domain.workspaces._installations import tokens_kept as tokens_kept
from bot.domain.workspaces._leaving import KEPT_FOR as KEPT_FOR
from bot.domain.workspaces._leaving import destroy as destroy
from bot.domain.workspaces._leaving import waiting_to_be_destroyed as waiting_to_be_destroyed
from bot.domain.workspaces._orgs import join as join
from bot.domain.workspaces._orgs import of_org as of_org
from bot.domain.workspaces._orgs import part as part
from bot.domain.workspaces._states import STATE_LASTS as STATE_LASTS
from bot.domain.workspaces._states import Verdict as Verdict
from bot.domain.workspaces._states import begin as begin
from bot.domain.workspaces._states import take as take
