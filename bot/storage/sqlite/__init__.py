"""SQLite for an event loop: one connection to the file, transactions in turn on it, committed in groups.

SQLite answers a statement in microseconds, less than the way to a thread and back takes, so statements run where they
are asked for; only opening the file and committing, which wait for the disk, are given to a thread. A transaction is
a savepoint. Those that are done while the disk is busy with others' are then committed together (a group commit):
each still has its turn to itself, still rolls back alone, and is still told of its own commit, after the disk has it.
"""

from bot.storage.sqlite._dialect import DRIVER
from bot.storage.sqlite._file import File
from bot.storage.sqlite._held import HeldError, held

__all__ = ["DRIVER", "File", "HeldError", "held"]
