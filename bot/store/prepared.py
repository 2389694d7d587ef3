"""Statements compiled once, and a transaction that runs them on the driver."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Delete, Dialect, Insert, Select, Update
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.sql.dml import ReturningInsert


class Prepared:
    """A statement in the words of one kind of database.

    Args:
        columns: The columns that an insert fills; needed by an insert alone.
    """

    def __init__(
        self,
        statement: Select[Any] | ReturningInsert[Any] | Insert | Update | Delete,
        dialect: Dialect,
        columns: Sequence[str] = (),
    ) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=list(columns) if columns else None)
        self.text = str(compiled)
        self._fixed = {name: value for name, value in compiled.params.items() if value is not None}
        self._order = getattr(compiled, "positiontup", None)
        given = [str(name) for name in statement.exported_columns.keys()]  # noqa: SIM118 - columns, not a dictionary
        #: Makes a row of what the driver gives, with the columns as attributes.
        self.row: Any = tuple
        if given:
            named: Any = namedtuple("named", given)  # type: ignore[misc]
            self.row = named._make

    def fill(self, values: Mapping[str, Any]) -> Any:
        """The values as the driver takes them: in order, or by name."""
        filled = {**self._fixed, **values} if self._fixed else values
        return filled if self._order is None else [filled[name] for name in self._order]


class Transaction:
    """What a job has of the database."""

    def __init__(self, cursor: DBAPICursor) -> None:
        self._cursor = cursor

    def rows(self, statement: Prepared, values: Mapping[str, Any]) -> list[Any]:
        """All rows that a statement gives."""
        self._cursor.execute(statement.text, statement.fill(values))
        return list(map(statement.row, self._cursor.fetchall()))

    def row(self, statement: Prepared, values: Mapping[str, Any]) -> Any:
        """The first row that a statement gives; None if there is none."""
        return next(iter(self.rows(statement, values)), None)

    def do(self, statement: Prepared, *values: Mapping[str, Any]) -> int:
        """Run a statement, for each of several rows; how many rows of the tables it changed, where it ran once."""
        if len(values) == 1:
            self._cursor.execute(statement.text, statement.fill(values[0]))
        elif values:
            self._cursor.executemany(statement.text, [statement.fill(each) for each in values])
        return self._cursor.rowcount
