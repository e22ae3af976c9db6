"""A database as the checks ask it. Comes in: an open connection. Goes out: rows of statements and columns of tables; what an engine
refuses comes as diagnostics.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from kpidsl.diagnostic import Diagnostic, KpiError
from kpidsl.engines.base import WRONG_TYPE, Engine
from kpidsl.plan.plan import FileRef, Statement, TableRef
from kpidsl.record import dataclass

Rowset = list[tuple[object, ...]]


class Database(Protocol):
    """What answers. `typeless` databases keep any value in any column."""

    @property
    def dialect(self) -> str: ...

    @property
    def typeless(self) -> bool: ...

    def rows(self, statement: Statement) -> Rowset:
        """The rows of a statement; KpiError where there are none to be had, `BadCellError` for a cell that is not of its column's type."""
        ...

    def columns(self, origin: TableRef | FileRef) -> list[tuple[str, str]]:
        """Names and types as the database has them; KpiError where it has no such thing."""
        ...

    def explained(self, error: KpiError, origins: Sequence[object]) -> KpiError:
        """The error at the declarations that do not fit."""
        ...


@dataclass
class EngineDatabase:
    """An engine by itself. `load` makes data files readable that the SQL reads as tables."""

    engine: Engine
    load: Callable[[FileRef], None] | None = None

    @property
    def dialect(self) -> str:
        return self.engine.dialect

    @property
    def typeless(self) -> bool:
        from kpidsl.sql.dialects import dialect_of

        return dialect_of(self.dialect).typeless

    def rows(self, statement: Statement) -> Rowset:
        from kpidsl.compile import emit
        from kpidsl.sql.emit import files_of

        for file in files_of(statement):
            (self.load or self.engine.load_file)(file)
        try:
            return list(self.engine.run(emit(statement, self.dialect), [column.type for column in statement.columns]).rows)
        except (ValueError, ArithmeticError) as error:  # a stored value that is none of the declared type
            message = "a value is not of the type that the source declares"
            raise KpiError(Diagnostic(WRONG_TYPE, message, notes=(str(error),), help="check the types of the columns")) from None

    def columns(self, origin: TableRef | FileRef) -> list[tuple[str, str]]:
        return self.engine.columns(origin)

    def explained(self, error: KpiError, _origins: Sequence[object]) -> KpiError:
        return error
