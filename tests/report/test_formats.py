"""Diagnostics for programs: JSON, GitHub's annotations and SARIF, each read back as its reader would."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from kpidsl.diagnostic import Diagnostic, Fix, Label, Severity
from kpidsl.report import github, sarif
from kpidsl.report import json as json_report
from kpidsl.span import Source, Span

TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
NUMBER = {"type": "integer", "minimum": 1}
REGION = {
    "type": "object",
    "required": ["startLine"],
    "additionalProperties": False,
    "properties": {**dict.fromkeys(("startLine", "startColumn", "endLine", "endColumn"), NUMBER), "snippet": TEXT},
}
LOCATION = {
    "type": "object",
    "required": ["physicalLocation"],
    "properties": {
        "id": {"type": "integer"},
        "message": TEXT,
        "physicalLocation": {
            "type": "object",
            "required": ["artifactLocation"],
            "properties": {
                "artifactLocation": {
                    "type": "object",
                    "required": ["uri"],
                    "properties": {"uri": {"type": "string", "pattern": "^[^ ]+$"}},
                },
                "region": REGION,
            },
        },
    },
}
RESULT = {
    "type": "object",
    "required": ["ruleId", "message"],
    "properties": {
        "ruleId": {"type": "string", "pattern": "^KPI[0-9]{3}$"},
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": {"enum": ["none", "note", "warning", "error"]},
        "message": TEXT,
        "locations": {"type": "array", "items": LOCATION},
        "relatedLocations": {"type": "array", "items": LOCATION},
    },
}
SARIF_SCHEMA = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "properties": {
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "properties": {"driver": {"type": "object", "required": ["name", "rules"]}},
                    },
                    "results": {"type": "array", "items": RESULT},
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                },
            },
        },
    },
}
"""What SARIF 2.1.0 asks of the parts that we write (sections 3.13, 3.14, 3.27, 3.28 and 3.30 of the standard)."""

SHOP = Source("my shop/营收.kpi", "\nmetric aov = revenu / 营收\n")
AT = Span(SHOP, 14, 20)
FOUND = [
    Diagnostic(
        "KPI008",
        "there is no metric `revenu`, 100% sure",
        AT,
        label="unknown",
        labels=(Label(Span(SHOP, 23, 25), "beside: this"),),
        notes=("one\ntwo",),
        help="did you mean `revenue`?",
        fix=Fix(AT, "revenue", safe=True),
    ),
    Diagnostic("KPI002", "there is no folder", severity=Severity.WARNING),
    Diagnostic("KPI777", "a code without a page", Span(Source("d.kpi", ""), 0, 0), severity=Severity.HINT),
]


def test_json() -> None:
    document = json.loads(json_report.render(FOUND, folder="examples"))
    place = {"file": "examples/my shop/营收.kpi", "line": 2, "column": 14, "end_line": 2, "end_column": 20}
    assert document["diagnostics"][0] == {
        "code": "KPI008",
        "severity": "error",
        "message": "there is no metric `revenu`, 100% sure",
        "place": place,
        "label": "unknown",
        "labels": [{"place": {**place, "column": 23, "end_column": 25}, "message": "beside: this"}],
        "notes": ["one\ntwo"],
        "help": "did you mean `revenue`?",
        "fix": {"place": place, "replacement": "revenue", "safe": True},
    }
    assert document["diagnostics"][1]["place"] is None
    assert (document["errors"], document["warnings"], document["hints"]) == (1, 1, 1)
    assert json.loads(json_report.render([])) == {"diagnostics": [], "errors": 0, "warnings": 0, "hints": 0}


def test_github() -> None:
    assert github.render(FOUND, folder="examples").splitlines() == [
        "::error file=examples/my shop/营收.kpi,line=2,col=14,endLine=2,endColumn=20,title=KPI008"
        "::there is no metric `revenu`, 100%25 sure%0Anote: one%0Atwo%0Ahelp: did you mean `revenue`?",
        "::warning title=KPI002::there is no folder",
        "::notice file=examples/d.kpi,line=1,col=1,endLine=1,endColumn=1,title=KPI777::a code without a page",
    ]


@pytest.mark.parametrize("evil", ["x\n::error::y", "x\r\n::set-output name=a::b", "a,line=1::b"])
def test_github_cannot_be_given_a_command_of_its_own(evil: str) -> None:
    source = Source(f"{evil}.kpi", "x")
    (line,) = github.render([Diagnostic("KPI001", evil, Span(source, 0, 1))]).split("\n")[:-1]
    head, _, _ = line.removeprefix("::error ").partition("::")
    assert [part.partition("=")[0] for part in head.split(",")] == ["file", "line", "col", "endLine", "endColumn", "title"]


@pytest.fixture(scope="module")
def valid() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(SARIF_SCHEMA)


@pytest.mark.parametrize("found", [FOUND, FOUND[1:], []], ids=["all", "some", "none"])
def test_sarif_is_valid(found: list[Diagnostic], valid: jsonschema.Draft202012Validator) -> None:
    valid.validate(json.loads(sarif.render(found, folder="examples")))


def test_sarif_says_where_and_what_and_how_to_mend_it() -> None:
    (run,) = json.loads(sarif.render(FOUND))["runs"]
    first, second, third = run["results"]
    rules: list[dict[str, Any]] = run["tool"]["driver"]["rules"]
    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == ["KPI008", "KPI002", "KPI777"]
    assert rules[1]["shortDescription"]["text"] == "kpi.toml has no such key or connection"
    assert "kpi passes" in rules[1]["help"]["markdown"]
    assert run["columnKind"] == "unicodeCodePoints"
    assert first["level"] == "error"
    region = {"startLine": 2, "startColumn": 14, "endLine": 2, "endColumn": 20}
    uri = "my%20shop/%E8%90%A5%E6%94%B6.kpi"
    assert first["locations"] == [{"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}]
    assert first["fixes"][0]["artifactChanges"][0]["replacements"] == [{"deletedRegion": region, "insertedContent": {"text": "revenue"}}]
    assert "locations" not in second
    assert third["locations"] == [{"physicalLocation": {"artifactLocation": {"uri": "d.kpi"}}}]
