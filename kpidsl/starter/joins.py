"""Which tables may know which. Comes in: drafts with their keys. Goes out: candidates for joins, by names and types, which the rows have to
prove."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kpidsl.starter import meaning
from kpidsl.starter.draft import Draft, Field, Join, bare, core
from kpidsl.starter.names import plain_name, singular


def find_joins(draft: Draft, every: Sequence[Draft]) -> None:
    """Candidates: columns that are called like the key of another table. The rows have to prove them."""
    if draft.table.sampled:
        return
    taken = {each.name for each in draft.fields}
    for target in every:
        if not target.key or target.table.sampled:
            continue
        for pairs in _pairs(draft, target):
            if draft is target and all(left == right for left, right in pairs):
                continue
            role = _role(draft, target, pairs)
            while role in taken or role in {join.role for join in draft.joins}:
                role += "_row"
            draft.joins.append(Join(role, target.name, pairs))


def _pairs(draft: Draft, target: Draft) -> Iterator[tuple[tuple[str, str], ...]]:
    """Ways in which a row may know a row of the target: each names all columns of its key."""
    options = []
    for right in target.key:
        there = target.of(right)
        options.append([each.name for each in draft.fields if _same(each, there) and _called_alike(draft, each, target, there)])
    if len(options) == 1:
        for left in options[0]:
            more = (
                draft.key == (left,) and draft.table.rows > target.table.rows
            )  # keys of a larger table are not all found in a smaller one
            if not more:
                yield ((left, target.key[0]),)
    elif all(options) and draft is not target and len(draft.fields) > len(target.key):
        chosen = tuple((lefts[0], right) for lefts, right in zip(options, target.key, strict=True))
        identifiers = [right for right in target.key if meaning.is_identifier(right)]
        if identifiers and len({left for left, _ in chosen}) == len(chosen) and {left for left, _ in chosen} != set(draft.key):
            yield chosen


def _same(left: Field, right: Field) -> bool:
    numbers = ("int", "number", "decimal")
    return left.column.kind == right.column.kind or (left.column.kind in numbers and right.column.kind in numbers)


def _called_alike(draft: Draft, left: Field, target: Draft, right: Field) -> bool:
    """`customer_id` for `customers.id`, `o_custkey` for `customer.c_custkey`, `owner_user_id` for `users.id`."""
    mine, theirs = bare(draft, left.name), bare(target, right.name)
    if draft is target:
        return mine != theirs and mine.endswith(f"_{theirs}") and mine.startswith(("parent", "manager", "previous", "reports_to"))
    if not meaning.is_identifier(mine):
        return mine == theirs and len(target.key) > 1
    stem, there = meaning.stem_of(mine), meaning.stem_of(theirs)
    names = {singular(target.name), target.name, *(singular(word) for word in (core(target.name),))}
    if there and there not in names:
        return stem == there or stem.endswith(f"_{there}")
    return bool(stem) and any(stem == name or stem.endswith(f"_{name}") for name in {*names, there} if name)


def _role(draft: Draft, target: Draft, pairs: tuple[tuple[str, str], ...]) -> str:
    """customer of customer_id; the target's own name where that says nothing."""
    stem = meaning.stem_of(bare(draft, pairs[0][0])) if len(pairs) == 1 else ""
    one = singular(core(target.name))
    return plain_name(one if not stem or one.startswith(stem) else stem)
