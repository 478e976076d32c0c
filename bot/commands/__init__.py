"""The command line's groups, one a module; each command imports what it runs when it runs."""

from bot.commands import backups, db, keys, nudges
from bot.commands.line import command, configured, main, words

__all__ = ["backups", "command", "configured", "db", "keys", "main", "nudges", "words"]
