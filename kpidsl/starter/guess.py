"""What the tables mean, as far as their rows prove it. Comes in: profiles. Goes out: `Draft`s of sources: names, types, keys, times,
candidates for joins; what is not sure is a remark with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations

from kpidsl.data import personal
from kpidsl.data.checks import CURRENCY_NAMES
from kpidsl.diagnostic import KpiError
from kpidsl.model.types import CURRENCIES
from kpidsl.starter import meaning
from kpidsl.starter.draft import Draft, Field, bare, core
from kpidsl.starter.joins import find_joins
from kpidsl.starter.names import apart, plain_name, singular
from kpidsl.starter.profile import Column, Profiler, Table
from kpidsl.syntax.format_expr import format_name

_FEW, _ENOUGH, _PLENTY, _MANY = 2, 10, 20, 1000
"""Rows that prove a key: of a column that is called like the table's own identifier, another one, a combination, one among several."""
_AT_ONCE = 12
"""Combinations of columns that are tried as a key in one pass."""
_TEXTS = ("int", "text")


def drafts(tables: Sequence[Table], profiler: Profiler) -> list[Draft]:
    """A draft for each table that can be read, with joins between them still to be proven."""
    named = _called(tables)
    made = [_draft(named[table.name], table, profiler) for table in tables]
    for draft in made:
        find_joins(draft, made)
    return made


def _called(tables: Sequence[Table]) -> dict[str, str]:
    """Names of sources: those of the tables, without the words that all of them begin or end with (stg_orders, stg_customers)."""
    plain = apart(table.name for table in tables)
    words = {name: plain[name].split("_") for name in plain}
    if len(words) > 2:
        for end in (0, -1):
            while len({each[end] for each in words.values()}) == 1 and all(len(each) > 1 for each in words.values()):
                for each in words.values():
                    del each[end]
    short = apart("_".join(each) for each in words.values())
    return {name: short["_".join(each)] for name, each in words.items()} if len(short) == len(plain) else plain


# ---------------------------------------------------------------- columns


def _draft(name: str, table: Table, profiler: Profiler) -> Draft:
    draft = Draft(name, table)
    usable = [column for column in table.columns if column.type is not None and column.known]
    odd = [f"{column.name} ({column.note or column.stored})" for column in table.columns if column.type is None]
    empty = [column.name for column in table.columns if column.type is not None and not column.known and table.rows]
    if table.rows == 0:
        usable = [column for column in table.columns if column.type is not None]
    named = apart(column.name for column in usable)
    currency = _currency(table, usable, profiler)
    draft.fields = [_field(named[column.name], column, named, currency) for column in usable]
    if odd:
        draft.remarks.append(f"left out, the language has no type for them: {', '.join(odd)}")
    if empty:
        draft.remarks.append(f"left out, no row has a value: {', '.join(empty)}")
    if table.sampled:
        draft.remarks.append(
            f"only the first {table.rows:,} rows were looked at: a key, joins and the day on which it begins are left to you"
        )
    else:
        _find_key(draft, profiler)
    _find_time(draft)
    return draft


def _currency(table: Table, columns: list[Column], profiler: Profiler) -> tuple[Column, list[str]] | None:
    """The column that holds the currency of the amounts, and the codes in it."""
    for column in columns:
        if plain_name(column.name) in CURRENCY_NAMES and column.kind == "text" and not table.sampled:
            try:
                codes = [str(value) for value in profiler.listed(table, column.name) if value is not None]
            except KpiError:  # then nothing is known of it, and nothing is said
                return None
            return column, sorted(codes)
    return None


def _field(name: str, column: Column, named: dict[str, str], currency: tuple[Column, list[str]] | None) -> Field:
    assert column.type is not None
    made = Field(name, column, _spelled(column), remark=column.note)
    if column.kind in ("number", "decimal", "int"):
        _unit(made, named, currency)
    if column.kind == "text" and not made.remark and _are_numbers(column):
        made.remark = 'numbers with a comma before their decimals? say so behind the file: decimal_separator: ","'
    what = personal.by_name(column.name) if column.kind == "text" or "birth" in name else ""
    by = "name"
    if not what and column.kind == "text":
        what, by = personal.by_values(column.values), "values"
    if what and column.kind in ("text", "date"):
        made.flags = ("pii",)
        made.remark = made.remark or f"by its {by}: {what}; take pii away if it is not personal"
    return made


def _are_numbers(column: Column) -> bool:
    texts = [value for value in column.values if isinstance(value, str)]
    return bool(texts) and all(re.fullmatch(r"-?\d{1,3}(\.?\d{3})*,\d+", text.strip()) for text in texts)


def _spelled(column: Column) -> str:
    assert column.type is not None
    if column.kind == "decimal" and column.type.precision is not None:
        return f"decimal({column.type.precision[0]}, {column.type.precision[1]})"
    return column.kind


def _unit(made: Field, named: dict[str, str], currency: tuple[Column, list[str]] | None) -> None:
    """A unit where the data says it; where it only looks so, a remark."""
    name, column = made.name, made.column
    if meaning.is_day_number(column):
        made.remark = f'days? then, and as a time: {name}_day: date = parse_date(text({format_name(name)}), "YYYYMMDD")'
        return
    code = meaning.money_in(name)
    if meaning.is_rate(name) and column.kind != "int":
        made.flags = ("not additive",)
        made.remark = "divided already: averages and sums of it are wrong"
        return
    if meaning.is_share(column):
        made.remark = f"between {column.low} and {column.high}: a percent?"
        return
    if code and meaning.adds_up(name) is not False:
        made.type = f"money({code})"
        return
    if "micros" in name.split("_"):
        made.remark = f"in millionths? then, with the right currency: spend: money(USD) = money({name} / 1_000_000, USD)"
        return
    if meaning.is_amount(name) and not meaning.is_identifier(name):
        _amount(made, named, currency)


def _amount(made: Field, named: dict[str, str], currency: tuple[Column, list[str]] | None) -> None:
    if currency is None:
        made.remark = "money? then say which: money(EUR)"
        return
    column, codes = currency
    known = [code.upper() for code in codes]
    listed = ", ".join(codes[:4]) + (" …" if len(codes) > 4 else "")
    if not codes or not set(known) <= set(CURRENCIES):
        made.remark = f"money? {column.name} says {', '.join(codes[:3]) or 'nothing'}, which is no code of ISO 4217"
        return
    alone = len(set(known)) == 1 and column.known >= made.column.known
    if made.column.kind == "int" or codes != known:
        whole = made.column.kind == "int"
        read = f"{format_name(made.name)}{' / 100' if whole else ''}"
        where = format_name(named[column.name])
        unit = known[0] if alone else where if codes == known else f"{where}_code"
        code = "" if alone or codes == known else f"{unit}: text = upper({where}), "
        made.remark = (
            f"in {listed}{'; whole numbers: cents? then' if whole else ', so declare'} {code}value: money({unit}) = money({read}, {unit})"
        )
    elif alone:
        made.type, made.remark = f"money({known[0]})", f"every row says {known[0]} in {column.name}"
    else:
        made.type, made.remark = f"money({named[column.name]})", f"{listed} in {column.name}"


# ---------------------------------------------------------------- keys


def _find_key(draft: Draft, profiler: Profiler) -> None:
    """A column whose values are all there and all different, and is named like an identifier; else a combination of such columns."""
    table = draft.table
    if table.rows < _FEW:
        draft.remarks.append("no key: one row proves nothing" if table.rows else "no key: it has no rows")
        return
    unique = [each for each in draft.fields if each.column.distinct == each.column.known == table.rows and each.column.kind in _TEXTS]
    named = sorted((each for each in unique if meaning.is_identifier(each.name)), key=lambda each: _key_rank(draft, each))
    if named and table.rows >= _needed(draft, named[0]):
        draft.key = (named[0].name,)
        return
    combination = () if named or _nearly_unique(draft) else _combination(draft, profiler)
    if named or (combination and table.rows < _PLENTY):
        listed = ", ".join(each.name for each in named[:1] or combination)
        draft.remarks.append(f"key {listed}? it is different in each of {table.rows} rows, and they are too few to prove it")
    elif combination:
        draft.key = tuple(each.name for each in combination)
    else:
        _no_key(draft, unique)


def _needed(draft: Draft, key: Field) -> int:
    """Rows that make an identifier a key: few of the table's own, many of one among several (who is in which list)."""
    if _key_rank(draft, key)[0] == 0:
        return _FEW
    others = [each for each in draft.fields if meaning.is_identifier(each.name) and each is not key]
    return _MANY if others else _ENOUGH


def _no_key(draft: Draft, unique: list[Field]) -> None:
    first = draft.fields[0] if draft.fields else None
    if unique and (unique[0] is first or draft.table.rows >= 100):
        draft.remarks.append(f"key? `{unique[0].name}` is different in every row, and is not named like an identifier")
    elif near := _nearly_unique(draft):
        copies = near.column.known - near.column.distinct
        missing = draft.table.rows - near.column.known
        said = [f"{copies:,} row{' repeats' if copies == 1 else 's repeat'} one"] * bool(copies)
        said += [f"{missing:,} {'has' if missing == 1 else 'have'} none"] * bool(missing)
        draft.remarks.append(f"key {near.name}? {', '.join(said)}: take the copies out, or find what makes a row unique")
    else:
        draft.remarks.append("no key was found: no column that is named like an identifier is different in every row")


def _nearly_unique(draft: Draft) -> Field | None:
    """An identifier that all but a few rows have to themselves."""
    named = [each for each in draft.fields if meaning.is_identifier(each.name) and each.column.kind in _TEXTS]
    most = max(named, key=lambda each: each.column.distinct, default=None)
    return most if most is not None and most.column.distinct >= 0.95 * draft.table.rows > 0 else None


def _key_rank(draft: Draft, candidate: Field) -> tuple[int, int]:
    """An id, then the identifier of what the table is called after, then the first one."""
    position = draft.fields.index(candidate)
    stem = meaning.stem_of(bare(draft, candidate.name))
    one = singular(draft.name)
    plain = candidate.name in ("id", "uuid", "guid", "uid", "pk", "sk")
    own = plain or stem in (draft.name, one, core(one)) or (len(stem) > 2 and one.startswith(stem) and "_" not in one)
    return 0 if own else 1, position


def _combination(draft: Draft, profiler: Profiler) -> tuple[Field, ...]:
    """The smallest combination of identifiers, days and line numbers that is different in every row."""
    table = draft.table

    def fits(each: Field) -> bool:
        known = each.column.known == table.rows and each.column.distinct > 1 and not meaning.is_bookkeeping(each.column.name)
        return known and (meaning.is_identifier(each.name) or _is_place(each))

    candidates = [each for each in draft.fields if fits(each)][:8]
    few = [
        each for each in draft.fields if each.column.kind == "text" and each.column.known == table.rows and 1 < each.column.distinct <= 50
    ]
    for pool in (candidates, [*candidates, *(each for each in few if each not in candidates)][:8]):
        for size in (2, 3):
            chosen = [each for each in combinations(pool, size) if any(part in candidates for part in each) and _may_tell(each, table.rows)]
            chosen.sort(key=lambda each: not any(_is_place(part) for part in each))  # a line of an order before a product of it
            found = _different(table, chosen[:_AT_ONCE], profiler)
            if found:
                return found
    return ()


def _is_place(each: Field) -> bool:
    """Whether a column says the how manieth a row is, or of which day."""
    return each.column.kind in ("date", "timestamp") or each.name.split("_")[-1].endswith(_PLACES)


def _may_tell(chosen: Sequence[Field], rows: int) -> bool:
    """Whether there are values enough to tell so many rows apart."""
    most = 1
    for each in chosen:
        most *= max(each.column.distinct, 1)
    return most >= rows


def _different(table: Table, tried: Sequence[tuple[Field, ...]], profiler: Profiler) -> tuple[Field, ...]:
    """The first combination that is different in every row."""
    if not tried:
        return ()
    try:
        counts = profiler.different(table, [[each.column.name for each in chosen] for chosen in tried])
    except KpiError:  # the engine cannot tell, so no key is proven
        return ()
    return next((chosen for chosen, count in zip(tried, counts, strict=True) if count == table.rows), ())


_PLACES = ("line", "linenumber", "number", "no", "position", "row", "index", "seq", "sequence", "day", "date", "hour", "month", "week")


# ---------------------------------------------------------------- times


def _find_time(draft: Draft) -> None:
    """The time by which rows are counted: known in every row, and named like it."""
    times = [each for each in draft.fields if each.column.kind in ("date", "timestamp") and not meaning.is_bookkeeping(each.column.name)]
    times = [each for each in times if "pii" not in each.flags]
    full = [each for each in times if each.column.known == draft.table.rows and draft.table.rows]
    ranked = sorted(full, key=lambda each: (meaning.time_rank(bare(draft, each.name)), draft.fields.index(each)))
    if ranked and meaning.time_rank(bare(draft, ranked[0].name)) < 100:
        draft.time = ranked[0].name
        others = [each.name for each in times if each is not ranked[0]]
        if others:
            draft.remarks.append(f"other times: {', '.join(others)}; a metric may be counted `at time` one of them")
    elif times:
        why = "not in every row" if not full else "named like something that comes later"
        draft.remarks.append(f"no time: {', '.join(each.name for each in times)} {'is' if len(times) == 1 else 'are'} {why}")
