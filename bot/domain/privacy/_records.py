"""Which records there are: found in the features themselves, so that a new one is covered without a word here."""

import importlib
import pkgutil
from functools import cache

from bot import domain
from bot.storage import whole
from bot.storage.base import Owned


@cache
def kinds() -> tuple[type[Owned], ...]:
    """Every kind of record that belongs to a member, what others hang on first."""
    for found in pkgutil.iter_modules(domain.__path__, f"{domain.__name__}."):
        importlib.import_module(found.name)
    return whole.kinds()
