"""Prepared: a statement that is compiled once for each kind of database, and run by the driver itself."""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Dialect, Insert, Select
from sqlalchemy.engine import Connection
from sqlalchemy.sql.compiler import SQLCompiler

Processor = Callable[[Any], Any]


class _Made(NamedTuple):
    """What became of the statement for one kind of database."""

    sql: str
    order: Sequence[str] | None
    always: Mapping[str, Any]
    given: Mapping[str, Processor]
    found: Sequence[tuple[int, Processor]]

    def parameters(self, given: Mapping[str, Any]) -> Any:
        """These as the driver takes them, in the order or by the names of the statement's own."""
        values = {**self.always, **given}
        for name, process in self.given.items():
            values[name] = process(values[name])
        return values if self.order is None else [values[name] for name in self.order]

    def read(self, row: Sequence[Any]) -> Sequence[Any]:
        """A row as SQLAlchemy's types have it."""
        if not self.found:
            return row
        values = list(row)
        for place, process in self.found:
            values[place] = process(values[place])
        return values


class Prepared:
    """A select or an insert that is the same every time, but for its parameters (`bindparam`).

    SQLAlchemy's own way with a statement costs some ten times what SQLite needs for it: it looks the compiled one
    up, makes a context, a result and rows for it, and calls who listens. None of that is needed here, and nothing
    is narrowed to a member either, so the statement must name the member itself. An `IN` takes a list of elements,
    for a list of values is written out anew each time.
    """

    def __init__(self, statement: Select[Any] | Insert) -> None:
        self.statement = statement
        names = [column.key or "" for column in _columns(statement)]
        self._row: Any = namedtuple("Row", names)  # type: ignore[misc]  # noqa: PYI024 - the names are known only here
        self._made: dict[str, _Made] = {}

    def run(self, connection: Connection, **parameters: Any) -> Sequence[Any]:
        """Run it, where the driver waits in a greenlet of SQLAlchemy's; the rows that a select finds."""
        made = self._made.get(connection.dialect.name) or self._make(connection.dialect)
        given, cursor = made.parameters(parameters), connection.connection.cursor()
        try:
            cursor.execute(made.sql, given)
            return [self._row(*made.read(row)) for row in cursor.fetchall()] if cursor.description else ()
        except BaseException as error:  # noqa: BLE001 - a statement that was cut off leaves a connection that nobody can use
            # SQLAlchemy's own way with it: a lost connection leaves the pool, and the error is one of its own.
            connection._handle_dbapi_exception(error, made.sql, None, cursor, None)  # noqa: SLF001 - see above
        finally:
            cursor.close()

    def _make(self, dialect: Dialect) -> _Made:
        compiled: Any = self.statement.compile(dialect=dialect)
        made = self._made[dialect.name] = _Made(
            sql=str(compiled),
            order=compiled.positiontup if compiled.positional else None,
            always=compiled.params,
            given=_given(compiled, dialect),
            found=_found(self.statement, dialect),
        )
        return made


def _given(compiled: SQLCompiler, dialect: Dialect) -> Mapping[str, Processor]:
    processors = {
        name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in compiled.binds.items()
    }
    return {name: process for name, process in processors.items() if process}


def _found(statement: Select[Any] | Insert, dialect: Dialect) -> Sequence[tuple[int, Processor]]:
    processors = (
        column.type.dialect_impl(dialect).result_processor(dialect, None) for column in _columns(statement)
    )
    return [(place, process) for place, process in enumerate(processors) if process]


def _columns(statement: Select[Any] | Insert) -> Sequence[ColumnElement[Any]]:
    return list(statement.selected_columns) if isinstance(statement, Select) else ()
