"""Sources in the making: what `guess` fills in, `joins` and `start` prove, and `text` writes."""

from __future__ import annotations

from kpidsl.record import dataclass, field
from kpidsl.starter.names import common_prefix
from kpidsl.starter.profile import Column, Table
from kpidsl.syntax.format_expr import format_name


@dataclass
class Field:
    """A column of a source in the making. `type` is as it is written; `remark` stands behind it."""

    name: str
    column: Column
    type: str
    flags: tuple[str, ...] = ()
    remark: str = ""


@dataclass
class Join:
    """A role in the making; `pairs` are names of fields here and there."""

    role: str
    target: str
    pairs: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        pairs = [format_name(left) if left == right else f"{format_name(left)} = {format_name(right)}" for left, right in self.pairs]
        on = pairs[0] if len(pairs) == 1 else f"({', '.join(pairs)})"
        return f"join one {format_name(self.role)}: {format_name(self.target)} on {on}"


@dataclass
class Draft:
    """A source in the making. `remarks` are sentences that stand as comments."""

    name: str
    table: Table
    fields: list[Field] = field(default_factory=list)
    key: tuple[str, ...] = ()
    time: str = ""
    joins: list[Join] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    items: list[str] = field(default_factory=list)  # begins, complete through

    def of(self, name: str) -> Field:
        return next(field for field in self.fields if field.name == name)

    @property
    def by_column(self) -> dict[str, str]:
        return {each.column.name: each.name for each in self.fields}


def bare(draft: Draft, name: str) -> str:
    """A name without the short word that all columns of its table begin with: orderkey of l_orderkey."""
    prefix = common_prefix(each.name for each in draft.fields)
    return name.removeprefix(prefix) if prefix else name


def core(name: str) -> str:
    """customer of stg_customer_data: a name without what a loading tool puts around it."""
    words = [
        word for word in name.split("_") if word not in ("data", "raw", "stg", "dim", "fact", "fct", "src", "tbl", "table", "history", "sf")
    ]
    return "_".join(words) or name
