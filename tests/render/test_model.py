"""A model as a tree, compared with a golden file."""

from __future__ import annotations

from typing import Any

import pytest

from azext_iotdiag.payload import read_model
from azext_iotdiag.payload.lint import lint
from azext_iotdiag.payload.outline import outline
from azext_iotdiag.render import model
from tests.payload import test_properties, test_telemetry
from tests.payload.test_documents import TREE, V4, interface, telemetry
from tests.payload.test_rules import COLOURS, LEVELS, NEEDS, PLACES

DOCUMENTS = [
    test_properties.MODEL | {"displayName": {"en": "Pump"}},
    [test_telemetry.MODEL, test_telemetry.OTHER],
    interface("odd", telemetry("tree", TREE), telemetry("colour", COLOURS), telemetry("places", PLACES),
              telemetry("levels", LEVELS), telemetry("needs", NEEDS), telemetry("what", "nothing"),
              telemetry("mode", {"@type": "Enum", "enumValues": [
                  {"name": f"m{each}", "enumValue": each} for each in range(9)]}), context=V4),
]  # fmt: skip


def test_trees(golden) -> None:
    lines = []
    for document in DOCUMENTS:
        read = read_model(document)
        lines += [*model.tree(outline(read.document)), *model.issues(read.issues), ""]
    golden("model.txt", "\n".join(lines))


def test_issues_as_data() -> None:
    (issue,) = model.issues_data(read_model(DOCUMENTS[2]).issues)
    assert issue == {
        "severity": "error", "code": "unresolved-schema", "where": "dtmi:example:odd;1 what",
        "message": "the schema nothing is not known; its values are not judged",
    }  # fmt: skip


def test_the_answer_comes_first_and_a_table_holds_it() -> None:
    issues = read_model(DOCUMENTS[2]).issues
    assert next(model.issues(issues)) == "× 1 issue, 1 error."
    assert list(model.issues([])) == ["√ No issue found in the model."]
    verdict, row = model.issues_table(model.issues_data(issues))
    assert verdict == {"Severity": "verdict", "Code": "broken", "Where": "", "Message": "1 issue, 1 error."}
    assert row["Code"] == "unresolved-schema" and list(row) == list(verdict)
    assert model.issues_table([])[0]["Code"] == "healthy"


def test_a_strict_user_gets_an_error_for_each_warning() -> None:
    odd = interface("a", telemetry("x")) | {"displayName": "long " * 20}
    mild, strict = (lint(odd, strict=each).findings for each in (False, True))
    assert (model.errors(mild), model.errors(strict)) == (0, 1)
    assert (model.answer(mild), model.answer(strict)) == ("! 1 issue, 0 errors.", "× 1 issue, 1 error.")
    codes = [model.issues_table(model.issues_data(found))[0]["Code"] for found in (mild, strict)]
    assert codes == ["healthy", "broken"]


def test_a_model_that_is_shown_says_where_its_issues_are_told() -> None:
    assert list(model.hint([])) == []
    (line,) = model.hint(read_model(DOCUMENTS[2]).issues)
    assert line.startswith("1 issue in this model")


def test_what_was_not_checked_is_said_at_the_end() -> None:
    lines = list(model.issues([], ["the rules of the preview"]))
    assert lines == ["√ No issue found in the model.", "Not checked: the rules of the preview."]


@pytest.mark.parametrize(("messages", "unread", "fields", "told"), [
    (5, 0, True, ["5 messages.", "! odd"]),
    (5, 2, True, ["5 messages, 2 of which could not be read.", "! odd"]),
    (5, 0, False, ["5 messages, and no field in any of them.", "5 messages.", "! odd"]),
])  # fmt: skip
def test_what_a_model_was_made_of(messages: int, unread: int, fields: bool, told: list[str]) -> None:
    assert list(model.inferred(messages, unread, fields, ["odd"])) == told


@pytest.mark.parametrize("document", [{"@id": "dtmi:a;1"}, {"id": "dtmi:a;1"}, [{"@id": "dtmi:a;1"}, {"@id": "x"}]])
def test_the_next_steps_name_the_model(document: Any) -> None:
    told = list(model.next_steps(document, None))
    assert [line.count('"dtmi:a;1"') for line in told] == [0, 1, 0, 1]


def test_the_next_steps_name_what_a_model_lacked() -> None:
    some = list(model.next_steps({"@id": "dtmi:a;1"}, ["speed", "mode"]))
    assert some[0] == "Added: speed, mode." and some[1:] == list(model.next_steps({"@id": "dtmi:a;1"}, None))
    assert list(model.next_steps({"@id": "dtmi:a;1"}, [])) == ["Added: nothing, the model has all fields that came."]


def test_an_interface_without_contents_is_its_name() -> None:
    empty = {"displayName": "", "id": "dtmi:a;1", "dtdl": 3, "contents": []}
    assert list(model.tree(empty)) == ["dtmi:a;1  (DTDL 3)"]
    assert list(model.tree({**empty, "components": {"c": empty}})) == [
        "dtmi:a;1  (DTDL 3)", "└─ c  component  dtmi:a;1",
    ]  # fmt: skip
