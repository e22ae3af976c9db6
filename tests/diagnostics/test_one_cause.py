"""One cause, one finding: what only follows from something that is told already is not told again."""

from __future__ import annotations

import pytest

from kpidsl.compile import compile_sources
from kpidsl.diagnostic import Severity
from kpidsl.span import Source

PROJECT = """
source o from o {
  key id  time day
  id: int  day: date  who: int  name: text  v: int
}
source people from people { key id  id: int  country: text }
metric n = count(o)
metric v = sum(o.v)
report all_of_it = n, v by o.name
report people_n = count(people) by people.country
"""


def told(text: str, severity: Severity = Severity.ERROR) -> list[str]:
    found = compile_sources([Source("test.kpi", text)]).diagnostics.sorted()
    return [d.code for d in found if d.severity is severity]


def errors(text: str) -> list[str]:
    return told(PROJECT + text)


LOST = "= ) 3"
"""What cannot be read."""


@pytest.mark.parametrize(
    "uses",
    [
        f"metric lost {LOST}\nmetric m = lost * 2",
        f"metric lost {LOST}\nmetric m = v / (lost + 1)",
        f"metric lost {LOST}\nmetric m = share(lost, of: o.name)",
        f"metric lost {LOST}\nreport r = lost by o.name",
        f"metric lost {LOST}\nmetric m = conversion(lost, n, by: who)",
        f"metric lost {LOST}\nkpi lost for g {{ target >= 5 each month }}",
        f"segment lost {LOST}\nmetric m = count(o) where lost",
        f"segment lost {LOST}\nmetric m = count(o where lost)",
        f"dimension lost {LOST}\nreport r = n by lost",
        f"dimension lost {LOST}\nmetric m = n at (lost)",
        f"dimension lost {LOST}\nreport r = values lost",
        f"param lost {LOST}\nmetric m = n * lost",
        f"source lost {LOST}\nmetric m = count(lost)",
        f"source lost {LOST}\nmetric m = sum(lost.x)",
        f"source lost {LOST}\ndimension d = lost.x",
        f"source lost {LOST}\nfunnel f {{ entity who  stage a = o where v > 1  stage b = lost }}",
        f"source lost {LOST}\nfunnel f {{ entity who  stage a = lost where v > 1  stage b = o }}",
        f"source lost {LOST}\ncohort c = lost {{ entity who  start first  each month  for 3 months }}",
        f"source lost {LOST}\nsource x from x {{ key id  id: int  join one role: lost on id }}\nmetric m = count(x) where role.id > 1",
        f"source lost {LOST}\nsource x from x {{ key id  id: int  join one role: lost on id }}\nreport r = count(x) by x.role.country",
        f"source lost {LOST}\nsource x from x {{ key id  id: int  n: int = count(lost) }}\nmetric m = sum(x.n)",
        f"source lost {LOST}\nsource x from union(o, lost) {{}}\nmetric m = count(x)",
        f"source lost {LOST}\nsource x from lost by who {{ n: int = count(lost) }}\nmetric m = count(x)",
        f'source lost {LOST}\ntest "t" {{ given lost """\n a\n 1\n""" expect n """\n n\n 0\n""" }}',
        f"funnel lost {LOST}\nmetric m = lost.rate",
        f"cohort lost {LOST}\nmetric m = lost.size",
        f"cohort lost {LOST}\nmetric m = retention(lost, after: 1 month)",
        f"goal lost {LOST}\nkpi n for lost {{ target >= 5 each month }}",
        "metrc lost = sum(o.v)\nmetric m = lost * 2",
    ],
)  # fmt: skip
def test_a_name_whose_declaration_cannot_be_read(uses: str) -> None:
    """Only that it cannot be read."""
    found = errors(uses)
    assert len(found) == 1, found
    assert "KPI010" <= found[0] <= "KPI019"


def test_a_name_that_nobody_declares_is_told_beside_it() -> None:
    assert errors(f"metric lost {LOST}\nmetric m = nothing * 2") == ["KPI012", "KPI030"]


def test_of_a_line_that_cannot_be_read_one_thing_is_told() -> None:
    assert errors("metric a = ) 3 metric b = ) 4") == ["KPI012"]
    assert errors("metric a = ) 3\nmetric b = ) 4") == ["KPI012", "KPI012"]
    assert errors("metric a = ) 3\nmetric b = nothing") == ["KPI012", "KPI030"]


def test_what_nothing_uses_is_told_where_all_else_is_right() -> None:
    unused = "source alone from x { key id  id: int }\n"
    assert told(PROJECT + unused, Severity.HINT) == ["KPI047"]
    assert told(PROJECT + unused + "metric m = nothing", Severity.HINT) == []


@pytest.mark.parametrize(
    "uses",
    [
        "report r = count(x) by month",
        "metric m = trailing(count(x), 3 days)",
        "metric m = running(count(x))",
        "funnel f { entity id  stage a = x where name = \"a\"  stage b = x where name = \"b\" }",
        "metric m = conversion(count(x), n, by: id)",
        "metric m = retention(x, by: id, after: 1 month)",
        "goal g { measure count(x)  reach 5  by 2026-12-31  kind sales  owner \"a\"  because \"b\" }",
        "alert a { watch count(x) each week  when > 5  do \"x\" }",
        "report r = count(x) last 3 months",
    ],
)  # fmt: skip
def test_a_time_that_is_misspelt(uses: str) -> None:
    """That the source has no time follows from it."""
    assert errors("source x from x { key id  time dya  id: int  day: date  name: text }\n" + uses) == ["KPI032"]


@pytest.mark.parametrize(
    "uses", ["metric m = count(x) where person.country = \"IT\"", "report r = count(x) by x.person.country",
     "report r = count(x) by country",
             "metric m = sum(x.person.id)"],
)  # fmt: skip
def test_a_role_that_is_misspelt(uses: str) -> None:
    """That the source has no such role, or reaches no country, follows from it."""
    assert errors("source x from x { key id  id: int  who: int  join one person: people on whom = id }\n" + uses) == ["KPI032"]
