"""A model as a tree, compared with a golden file."""

from __future__ import annotations

from azext_iotdiag.payload import read_model
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
