"""M13: what a customer costs and is worth cannot be read from an advertising account or from web analytics: they count what they claim to
have caused. Only what is certain is told: the metric is one of these by name, and all its rows come from sources that are called so."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kpidsl.diagnostic import Diagnostic, Label, Severity
from kpidsl.lint.facts import Facts, advice, listed
from kpidsl.model.model import MetricModel, SourceModel, aggregates
from kpidsl.syntax import ast

CODE = "KPI314"
_OF_CUSTOMERS = ("cac", "ltv", "clv", "acquisition cost", "lifetime value")
_PLATFORMS = {
    *("ad", "ads", "adwords", "advertising", "campaign", "campaigns", "facebook", "google", "instagram", "linkedin"),
    *("meta", "tiktok", "bing", "analytics", "ga4", "web", "sessions", "events", "pageviews", "insights"),
}
_BOOKS = {
    *("crm", "order", "orders", "sale", "sales", "deal", "deals", "customer", "customers", "contact", "contacts"),
    *("invoice", "invoices", "subscription", "subscriptions", "purchase", "purchases", "payment", "payments", "charge"),
    *("charges", "shop", "store", "hubspot", "salesforce", "shopify", "stripe", "transactions"),
}


def find(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per KPI. Metrics that are no KPIs stay unjudged."""
    for kpi in facts.kpis:
        metric = facts.metric(kpi.metric)
        if metric is None or not _is_of_customers(kpi, metric) or facts.expr(kpi.metric) is None:
            continue
        sources = [facts.compiled.model.sources[name] for name in sorted({leaf.source for leaf in aggregates(metric.expr)})]
        sources = [source if source.rows_of is None else facts.compiled.model.sources[source.rows_of] for source in sources]
        if sources and all(_words(source) & _PLATFORMS and not _words(source) & _BOOKS for source in sources):
            names = listed(f"`{source.name}`" for source in sources)
            yield advice(
                Severity.HINT,
                CODE,
                f"`{kpi.metric.text}` speaks of customers, and is read from {names} alone",
                kpi.metric.span,
                labels=tuple(Label(source.span, "what a platform says of itself") for source in sources[:2]),
                notes=("each platform counts a customer whom two of them touched: the sum is more than the shop has sold to",),
                help="count the customers where they pay: join orders or the CRM with the spend through a shared dimension",
            )


def _is_of_customers(kpi: ast.Kpi, metric: MetricModel) -> bool:
    said = " ".join(_plain(text) for text in (kpi.metric.text, kpi.label or "", metric.label))
    return any(f" {word} " in f" {said} " for word in _OF_CUSTOMERS)


def _words(source: SourceModel) -> set[str]:
    """The words of the source's name, and of the table or file that it reads; a schema or folder says less."""
    match source.origin:
        case ast.FromTable(path=path):
            read = path.parts[-1].text
        case ast.FromFile(path=text):
            read = text.value.rsplit("/", 1)[-1].split(".", 1)[0]
        case _:
            read = ""
    return set(_plain(f"{source.name} {read}").split())


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))
