"""The forms of a stream of other things than messages, with and without a query: findings, changes, and plain data."""

from __future__ import annotations

import json

import jmespath
import pytest
import yaml

from azext_iotdiag.model.change import ABSENT, PropertyChange
from azext_iotdiag.model.verdict import State, Verdict
from azext_iotdiag.render import change, validation
from azext_iotdiag.render.rows import Query, form, of_json, view_of_data
from tests.render.test_validation import FOUND, account

FORMS = ("text", "json", "yaml", "table", "tsv")
TIMES = ("2026-11-20T10:00:00Z", "2026-11-20T10:00:05Z")
CHANGES = [
    PropertyChange("d", "reported", "battery.level", 5, 4.50, (4, 5), TIMES),
    PropertyChange("d", "reported", "name", "a\tb", "ü\x1b[2J", (5, 6), TIMES),
    PropertyChange("d", "desired", "gone", {"a": [1, None]}, ABSENT, (1, 2), ("", "")),
    PropertyChange("d", "desired", "new", ABSENT, None, (None, 1), ("", TIMES[1])),
]
DATA = [{"device": "d", "count": 1, "deep": {"a": 1}}, {"device": "e\tf", "count": None, "deep": []}]
VIEWS = {
    "findings": (validation.VIEW, FOUND),
    "changes": (change.VIEW, CHANGES),
    "data": (view_of_data(), DATA),
    "data-in-words": (view_of_data(row=lambda each: {"Who": each["device"]}, text=lambda each: each["device"]), DATA),
}


def shown(name: str, kind: str, query: Query | None = None) -> str:
    view, things = VIEWS[kind]
    made = form(name, view, query=query)
    return b"".join(map(made, things)).decode()


def asked(query: str) -> Query:
    return Query(jmespath.compile(query).search)


@pytest.mark.parametrize("name", FORMS)
def test_golden(golden, name: str) -> None:
    told = "".join(f"# {kind}\n{shown(name, kind)}" for kind in VIEWS)
    golden(f"rows/{name}.txt", told.replace("\x1b", "\\x1b"))


def test_a_summary_is_a_last_object_of_json_and_a_last_document_of_yaml() -> None:
    line = validation.summary_line(account(), "interrupted", Verdict(State.HEALTHY, 0))
    assert of_json("json")(line) == line
    assert yaml.safe_load(of_json("yaml")(line)) == json.loads(line)
    assert [of_json(name)(line) for name in ("text", "table", "tsv", "none")] == [b""] * 4


@pytest.mark.parametrize("kind", VIEWS)
def test_yaml_says_what_json_says(kind: str) -> None:
    assert list(yaml.safe_load_all(shown("yaml", kind))) == [
        json.loads(line) for line in shown("json", kind).splitlines()
    ]


@pytest.mark.parametrize("kind", VIEWS)
def test_a_row_of_tsv_always_has_as_many_values(kind: str) -> None:
    rows = shown("tsv", kind).split("\n")[:-1]
    assert len(rows) == len(VIEWS[kind][1])
    assert len({row.count("\t") for row in rows}) == 1


@pytest.mark.parametrize("kind", VIEWS)
def test_none_shows_nothing_with_and_without_a_query(kind: str) -> None:
    assert shown("none", kind) == ""
    assert shown("none", kind, asked("device")) == ""
    assert of_json("none", query=asked("device"))(b'{"device":"d"}\n') == b""


@pytest.mark.parametrize(("name", "query", "told"), [
    ("json", "property", '"battery.level"\n"name"\n"gone"\n"new"\n'),
    ("json", "after", '4.5\n"ü\\u001b[2J"\n'),
    ("tsv", "[property, versions.after]", "battery.level\t5\nname\t6\ngone\t2\nnew\t1\n"),
    ("table", "{name: property, is: after}", "Name           Is\n-------------  --\nbattery.level  4.5\n"
     "name           ü\\x1b[2J\ngone\nnew\n"),
    ("yaml", "versions.before", "---\n4\n---\n5\n---\n1\n"),
])  # fmt: skip
def test_a_query(name: str, query: str, told: str) -> None:
    assert shown(name, "changes", asked(query)) == told


def test_a_query_that_fails_for_one_thing_goes_on_with_the_next() -> None:
    query = asked("length(after)")
    assert shown("json", "changes", query) == "5\n"
    assert (query.asked, query.empty) == (4, 3)
    assert "length()" in query.problem


def test_colours() -> None:
    made = form("json", change.VIEW, colour=lambda text: f"<{text.strip()}>")
    assert made(CHANGES[0]).startswith(b'<{"version":1,') and made(CHANGES[0]).endswith(b"}>")
