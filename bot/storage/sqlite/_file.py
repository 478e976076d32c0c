"""One connection to a database file: transactions in turn on it, committed in groups by a thread."""

import asyncio
import os
import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from functools import partial
from typing import TypeVar

T = TypeVar("T")
C = TypeVar("C", bound=sqlite3.Cursor)

# How long to wait before looking again whether another process has let go of the file; then the last one again.
LOOK_AGAIN_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.025)

# How long others may still join a group, and how often the loop turns before it is committed when nobody does:
# where nobody else is there, that is no time at all.
TOGETHER_SECONDS = 0.005
TURNS_OF_THE_LOOP = 2

_LOCKED = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


class Group:
    """Transactions that are committed together: `expected` others that wait already, and who comes until `closes_at`."""

    def __init__(self, expected: int, closes_at: float) -> None:
        self.expected = expected
        self.closes_at = closes_at
        self._waiting: list[asyncio.Future[None]] = []

    def __len__(self) -> int:
        return len(self._waiting)

    def join(self) -> asyncio.Future[None]:
        """What a transaction that is done waits for."""
        committed = asyncio.get_running_loop().create_future()
        self._waiting.append(committed)
        return committed

    def settle(self, error: BaseException | None) -> None:
        """Tell everybody that the disk has it, or why nothing of it was saved."""
        for committed in self._waiting:
            if error is None:
                committed.set_result(None)
            else:
                committed.set_exception(_told_anew(error))


class File:
    """A database file, opened when it is first asked for; `patience` is how long a transaction waits to begin."""

    def __init__(self, path: str, pragmas: Sequence[str], patience: float) -> None:
        self._path = path
        self._pragmas = pragmas
        self._patience = patience
        self._connection: sqlite3.Connection | None = None
        self._thread: ThreadPoolExecutor | None = None
        self._taken = False
        self._queue: deque[asyncio.Future[None]] = deque()
        self._group: Group | None = None

    async def open(self) -> None:
        """Open the file, unless it is open."""
        if self._connection is not None:
            return
        await self._take_turn(self._deadline())
        try:
            if self._connection is None:
                await self._in_thread(self._connect)
        finally:
            self._pass_on()

    async def forget(self) -> None:
        """Put what was written into the file itself and empty the log beside it, where older pages lie."""
        await self._take_turn_alone()
        try:
            if self._connection is not None:
                await self._in_thread(self._empty_log)
        finally:
            self._pass_on()

    async def close(self) -> None:
        """Let what is being committed be committed, then let go of the file."""
        await self._take_turn_alone()
        if self._connection is not None:
            self._connection.close()
        if self._thread is not None:
            self._thread.shutdown()
        self._connection = self._thread = None
        self._pass_on()

    def cursor(self, kind: type[C]) -> C:
        return self._open.cursor(kind)

    async def begin(self) -> None:
        """Wait for the turn and begin; locked when it does not come in time, here or because of other processes."""
        deadline = self._deadline()
        await self._take_turn(deadline)
        with ExitStack() as undo:
            undo.callback(self._pass_on)
            if self._group is None:
                await self._lock_file(deadline)
                # Whoever comes later than that waits for the next one, so that nobody waits for ever.
                closes_at = asyncio.get_running_loop().time() + TOGETHER_SECONDS
                self._group = Group(len(self._queue), closes_at)
            self._open.execute("SAVEPOINT turn")
            undo.pop_all()

    async def commit(self) -> None:
        """End the turn, and wait until what was written is on the disk."""
        if self._group is None or not self._open.in_transaction:
            self.roll_back()
            raise _error("the transaction was rolled back", sqlite3.SQLITE_ABORT)
        self._open.execute("RELEASE turn")
        committed = self._group.join()
        self._pass_on()
        # The group is committed, whether or not this one is still waited for.
        await asyncio.shield(committed)

    def roll_back(self) -> None:
        """End the turn without a trace of it; those that are done in the same group are not touched."""
        try:
            if self._open.in_transaction:
                self._open.execute("ROLLBACK TO turn")
                self._open.execute("RELEASE turn")
        finally:
            self._pass_on()

    async def _take_turn_alone(self) -> None:
        """Wait for the turn, and until what others did before is committed."""
        await self._take_turn(None)
        while self._group is not None:
            self._group.expected = self._group.closes_at = 0
            self._pass_on()
            await self._take_turn(None)

    async def _lock_file(self, deadline: float) -> None:
        """Become the writer of the file among all processes, without standing in the way of the loop."""
        clock, looks = asyncio.get_running_loop().time, iter(LOOK_AGAIN_SECONDS)
        self._open.execute("PRAGMA busy_timeout=0")
        while True:
            try:
                self._open.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF not in _LOCKED:
                    raise
            else:
                break
            if clock() >= deadline:
                raise _error("database is locked", sqlite3.SQLITE_BUSY)
            await asyncio.sleep(min(next(looks, LOOK_AGAIN_SECONDS[-1]), max(deadline - clock(), 0)))
        # A reader in another process can still stand in the way of the commit, which waits in the thread.
        self._open.execute(f"PRAGMA busy_timeout={max(deadline - clock(), 0) * 1000:.0f}")

    async def _take_turn(self, deadline: float | None) -> None:
        if not self._taken:
            self._taken = True
            return
        turn = asyncio.get_running_loop().create_future()
        self._queue.append(turn)
        try:
            async with asyncio.timeout_at(deadline):
                await turn
        except (TimeoutError, asyncio.CancelledError) as error:
            if turn.done() and not turn.cancelled():
                # It came at the very moment when it was no longer waited for.
                self._pass_on()
            if isinstance(error, TimeoutError):
                raise _error("database is locked", sqlite3.SQLITE_BUSY) from None
            raise

    def _pass_on(self) -> None:
        """Give the turn to the next in the queue; or commit first, when nobody comes or the group is closed."""
        group = self._group
        if group is None:
            self._taken = self._give_to_next()
        elif not self._open.in_transaction:
            # SQLite has rolled back everything by itself, as it does when the disk is full.
            self._end(group, _error("the transaction was rolled back", sqlite3.SQLITE_ABORT))
        elif not group.expected and asyncio.get_running_loop().time() >= group.closes_at:
            self._commit(group)
        elif self._give_to_next():
            group.expected = max(group.expected - 1, 0)
        else:
            self._taken = False
            self._commit_soon(group, TURNS_OF_THE_LOOP)

    def _commit_soon(self, group: Group, turns: int) -> None:
        """Commit when the loop has turned so often and nobody has taken the turn meanwhile."""
        if group is not self._group or self._taken:
            return
        if turns:
            asyncio.get_running_loop().call_soon(self._commit_soon, group, turns - 1)
            return
        self._taken = True
        self._commit(group)

    def _commit(self, group: Group) -> None:
        if not len(group):
            self._end(group, None)
            return
        committing = self._start(partial(self._open.execute, "COMMIT"))
        committing.add_done_callback(lambda done: self._end(group, done.exception()))

    def _give_to_next(self) -> bool:
        while self._queue:
            turn = self._queue.popleft()
            if not turn.done():
                turn.set_result(None)
                return True
        return False

    def _end(self, group: Group, error: BaseException | None) -> None:
        if self._open.in_transaction:
            self._open.execute("ROLLBACK")
        self._group = None
        group.settle(error)
        self._pass_on()

    async def _in_thread(self, work: Callable[[], object]) -> None:
        """Do it in the thread; whoever is cancelled meanwhile leaves only when it is done."""
        working = self._start(work)
        try:
            await asyncio.shield(working)
        except asyncio.CancelledError:
            await asyncio.wait([working])
            raise

    def _start(self, work: Callable[[], T]) -> "asyncio.Future[T]":
        if self._thread is None:
            self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sqlite")
        return asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _connect(self) -> None:
        # SQLite would let others of the machine read what it makes; its journals have the mode of the file.
        if self._path != ":memory:":
            with suppress(OSError):
                os.close(os.open(self._path, os.O_CREAT | os.O_EXCL, 0o600))
        # The turn sees to it that the loop and the thread never use it at the same time.
        connection = sqlite3.connect(
            self._path, timeout=self._patience, isolation_level=None, check_same_thread=False
        )
        try:
            for pragma in self._pragmas:
                connection.execute(f"PRAGMA {pragma}")
        except sqlite3.Error:
            connection.close()
            raise
        self._connection = connection

    def _empty_log(self) -> None:
        # Read to its end, or the statement would count as one that still runs.
        self._open.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _deadline(self) -> float:
        return asyncio.get_running_loop().time() + self._patience

    @property
    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            raise sqlite3.InterfaceError("The database is closed.")
        return self._connection


def _error(words: str, code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError(words)
    error.sqlite_errorcode = code
    return error


def _told_anew(error: BaseException) -> BaseException:
    """The same error for one more who waits, so that each has a traceback of its own."""
    anew = type(error)(*error.args)
    vars(anew).update(vars(error))
    return anew
