"""The words after `kpi`: which verbs there are, and which one is meant. Imports nothing, for it is asked before anything is loaded."""

from __future__ import annotations

from kpidsl import __version__

COMMON = ("--project", "--connection", "--as-of", "--param")
"""Options with a value that may stand before the verb as well."""
VERBS = {
    "demo": "see it work: a shop's reports from one Parquet file, in a few seconds",
    "init": "write a first project from a folder of files or a database",
    "check": "tell everything that is wrong with the project",
    "query": 'ask one question: kpi query "revenue, aov by month last 6 months"',
    "why": "tell why a metric moved: kpi why cac last month",
    "run": "run the project's reports and show their tables",
    "status": "where goals and KPIs stand now, and what to do",
    "journey": "show the KPIs by the stages of the customer's journey, and its bottleneck",
    "matrix": "show which KPIs serve which goal, who owns them and what they shall reach",
    "scorecard": "show what scorecards score and pay",
    "alerts": "what fires now, and what to do about it",
    "serve": "show the dashboards in the browser, live, on this machine",
    "build": "write the SQL of all metrics, reports, goals, KPIs, alerts … into build/",
    "snapshot": "write one board as a picture, Markdown or CSV, for mail and slides",
    "test": "run the `test` blocks on their own rows",
    "explain": "what a name of the project or the code of a message means",
    "fmt": "put .kpi files into the one layout",
}
_HELP = """kpi {version}: metrics, KPIs and goals as text; SQL and dashboards come out.

usage: kpi VERB [arguments]

{verbs}

Every verb takes
  --project DIR          the project's folder (default: the nearest one upwards with a kpi.toml)
  --connection NAME      which [connections.NAME] of kpi.toml to ask
  --as-of DATE           what “today” is, so that numbers can be reproduced
  --param NAME=VALUE     the value of a `param`
  --format FORMAT        text, json, csv, markdown … (each verb's own list: kpi VERB --help)

Examples
  kpi demo
  kpi init data
  kpi check --data
  kpi query "revenue, roas by channel, month last 3 months"
  kpi query "revenue by country" --sql --dialect bigquery
  kpi why roas last month
  kpi run monthly --as-of 2026-03-31
  kpi status --fail-on missed
  kpi explain roas
  kpi explain KPI021

Results go to standard output, messages to standard error. Exit codes: 0 fine, 1 findings, 2 wrong use.
"""


def verb_first(words: list[str]) -> list[str]:
    """`kpi --project shop check` is `kpi check --project shop`."""
    at = 0
    while at < len(words) and words[at].startswith("-") and words[at].partition("=")[0] in COMMON:
        at += 1 if "=" in words[at] else 2
    return [*words[at : at + 1], *words[:at], *words[at + 1 :]]


def overview() -> str:
    """What `kpi --help` prints."""
    width = max(map(len, VERBS))
    return _HELP.format(version=__version__, verbs="\n".join(f"  {verb:<{width}}   {about}" for verb, about in VERBS.items()))
