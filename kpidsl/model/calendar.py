"""The project's calendar. Comes in: `calendar { … }`. Goes out: where weeks and years start, the zone, and the grains of its own."""

from __future__ import annotations

import datetime as dt

from kpidsl.diagnostic import Diagnostic, Diagnostics, KpiError, Label, fail, similar
from kpidsl.model.expr import Expr, Fn, Lit, Type
from kpidsl.model.functions import GRAINS
from kpidsl.model.periods import days_of
from kpidsl.record import dataclass, replace
from kpidsl.span import Span
from kpidsl.syntax import ast

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")

TAKEN = (*GRAINS, "half", "period", "weekday", "hour_of_day", "day_of_month", "day_of_year", "month_of_year", "quarter_of_year")
"""Words that mean something behind `by` in every project."""
LONGEST = 31  # days of holidays that one item may hold


@dataclass(frozen=True)
class OwnGrain:
    """A period of the calendar's own, and the column that says for each day in which one it is."""

    name: str
    column: ast.Path


@dataclass(frozen=True)
class CalendarModel:
    """week_starts: 1 Monday … 7 Sunday; year_starts: 1 January …; own_grains: those that data tell; holidays: days on which nobody
    works, and `holiday_columns`, source and column, those that stand in data.
    """

    week_starts: int = 1
    year_starts: int = 1
    zone: str | None = None
    own_grains: tuple[OwnGrain, ...] = ()
    holidays: tuple[dt.date, ...] = ()
    holiday_columns: tuple[ast.Path, ...] = ()

    def local(self, moment: Expr) -> Expr:
        """A timestamp as the calendar's clocks show it (S13); dates stay as they are."""
        if moment.type.kind != "timestamp" or (self.zone is None and moment.type.zone is None):
            return moment
        there, here = moment.type.zone or "UTC", self.zone or "UTC"
        return moment if there == here else Fn("at_zone", (moment,), Type("timestamp", zone=self.zone), (there, here))

    def day_of(self, moment: dt.datetime, zone: str | None) -> dt.date:
        """The calendar's day of a moment that clocks of `zone` (None: UTC) show."""
        return clock_time(moment, zone, self.zone).date()

    def midnight(self, day: dt.date, zone: str | None) -> dt.datetime:
        """The moment at which a day of the calendar begins, as clocks of `zone` (None: UTC) show it."""
        return clock_time(dt.datetime.combine(day, dt.time()), self.zone, zone)

    def one_clock(self, values: list[Expr]) -> list[Expr]:
        """Timestamps that are written out, as the clock shows them of the value that they stand beside."""
        beside = next((v.type for v in values if v.type.kind == "timestamp" and not isinstance(v, Lit)), None)
        return values if beside is None else [_on_clock(v, beside.zone) for v in values]

    @property
    def own_words(self) -> tuple[str, ...]:
        """The names of the calendar's own grains."""
        return tuple(grain.name for grain in self.own_grains)

    @property
    def options(self) -> tuple[int, int]:
        """What `start_of` needs to know beside the grain."""
        return (self.week_starts, self.year_starts)


def clock_time(moment: dt.datetime, there: str | None, here: str | None) -> dt.datetime:
    """A moment that clocks of `there` show, as clocks of `here` show it (None: UTC)."""
    there, here = there or "UTC", here or "UTC"
    if there == here:
        return moment
    from zoneinfo import ZoneInfo  # its data are looked for when it is loaded

    return moment.replace(tzinfo=ZoneInfo(there)).astimezone(ZoneInfo(here)).replace(tzinfo=None)


def _on_clock(value: Expr, zone: str | None) -> Expr:
    if isinstance(value, Lit) and isinstance(value.value, dt.datetime):
        return Lit(clock_time(value.value, value.type.zone, zone), Type("timestamp", zone=zone))
    return value


def calendar_of(declarations: list[ast.Node], diagnostics: Diagnostics) -> CalendarModel:
    """The calendar that the declarations describe; a project has at most one."""
    found = [d for d in declarations if isinstance(d, ast.Calendar)]
    for extra in found[1:]:
        diagnostics.add(
            Diagnostic(
                "KPI034",
                "a project has one calendar",
                extra.span,
                labels=(Label(found[0].span, "the first one"),),
                help="join them into one",
            )
        )
    calendar = CalendarModel()
    for item in found[0].items if found else ():
        try:
            calendar = _with(calendar, item)
        except KpiError as error:
            diagnostics.extend(error.diagnostics)
    return calendar


def _with(calendar: CalendarModel, item: ast.Node) -> CalendarModel:
    match item:
        case ast.WeekStarts(day=day):
            return replace(calendar, week_starts=_word(day, DAYS, "day") + 1)
        case ast.YearStarts(month=month):
            return replace(calendar, year_starts=_word(month, MONTHS, "month") + 1)
        case ast.Zone(name=name):
            check_zone(name, item.span)
            return replace(calendar, zone=name)
        case ast.Holidays(days=days):
            for holiday in days:
                calendar = _with_holidays(calendar, holiday)
            return calendar
        case ast.CalendarGrain(name=name):
            if name.text in (*TAKEN, *calendar.own_words):
                what = "is a period of every calendar" if name.text in TAKEN else "is declared already"
                fail("KPI034", f"`{name.text}` {what}", name.span, help=f"choose another name: grain own_{name.text} from {item.path.text}")
            return replace(calendar, own_grains=(*calendar.own_grains, OwnGrain(name.text, item.path)))
        case _:
            return calendar


def _with_holidays(calendar: CalendarModel, day: ast.Expr) -> CalendarModel:
    """A day, the days of a period, or the column that they stand in."""
    if isinstance(day, ast.Path):
        return replace(calendar, holiday_columns=(*calendar.holiday_columns, day))
    first, last = days_of(day)
    if first is None or last is None or (last - first).days > LONGEST:
        help = "write days: holidays 2026-12-25, 2026-12-26"
        fail("KPI123", f"`{day.span.text}` would be a holiday of more than {LONGEST} days", day.span, help=help)
    return replace(calendar, holidays=(*calendar.holidays, *(first + dt.timedelta(days=n) for n in range((last - first).days + 1))))


def check_zone(name: str, span: Span) -> None:
    """A zone of the IANA database; KPI053 for another word."""
    from zoneinfo import available_timezones

    known = available_timezones()
    if name in known:
        return
    near = similar(name, known) or sorted(z for z in known if z.rpartition("/")[2].casefold() == name.casefold().replace(" ", "_"))
    fail(
        "KPI053",
        f"there is no time zone `{name}`",
        span,
        help=f"did you mean {near[0]}?" if near else "write a place of the IANA database, such as Europe/Rome or UTC",
    )


def _word(ident: ast.Ident, words: tuple[str, ...], what: str) -> int:
    text = ident.text.casefold()
    if text not in words:
        near = similar(text, words)
        fail(
            "KPI053",
            f"`{ident.text}` is not a {what}",
            ident.span,
            help=f"did you mean {near[0]}?" if near else "write one of " + ", ".join(words),
        )
    return words.index(text)
