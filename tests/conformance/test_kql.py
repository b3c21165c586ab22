"""The texts of the saved queries, judged by Microsoft's own language service for KQL: syntax, names, types, columns."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from azext_iotdiag.insights.queries.catalogue import QUERIES
from tests.conformance.conftest import absent

pytestmark = pytest.mark.slow
PACKAGE = "@kusto/language-service-next"
SCRIPT = Path(__file__).parent / "node" / "kql.js"
SECONDS = 120
# https://learn.microsoft.com/azure/azure-monitor/reference/tables/azurediagnostics
TABLE = (
    "(TenantId:string, TimeGenerated:datetime, ResourceId:string, Category:string, ResourceGroup:string, "
    "SubscriptionId:string, ResourceProvider:string, Resource:string, ResourceType:string, OperationName:string, "
    "ResultType:string, ResultSignature:string, ResultDescription:string, CallerIPAddress:string, DurationMs:long, "
    "Level:string, properties_s:string, "
    "location_s:string, Type:string, _ResourceId:string, _BilledSize:real)"
)
_RIGHT = QUERIES["collected"].text()
WRONG = (
    _RIGHT.replace("| order", "| | order"),
    _RIGHT.replace("_BilledSize)", "_Billed)"),
    _RIGHT.replace("by Category", "by Nothing"),
)
NO_TABLE = "Warning: The fuzzy name 'AzureDiagnostics' does not refer to any known or currently accessible table."


@pytest.fixture(scope="module")
def said(node_modules: str) -> list[dict[str, Any]]:
    """What the service says of each saved query with the table, of each without it, and of what is WRONG.

    It is asked once, because it takes seconds to load.
    """
    if not Path(node_modules, PACKAGE).is_dir():
        absent(f"no npm {PACKAGE}: {node_modules}")
    texts = [each.text() for each in QUERIES.values()]
    asked = [*((text, TABLE) for text in texts), *((text, None) for text in texts), *((text, TABLE) for text in WRONG)]
    return judged(node_modules, *asked)


def judged(folder: str, *asked: tuple[str, str | None]) -> list[dict[str, Any]]:
    """What the service says of texts, each with the columns of the table or without it."""
    lines = "".join(json.dumps({"text": text, "table": table}) + "\n" for text, table in asked)
    done = subprocess.run(
        ["node", str(SCRIPT)], input=lines, capture_output=True, text=True, timeout=SECONDS, check=False,
        env={**os.environ, "NODE_PATH": folder},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_every_saved_query_is_right_and_returns_its_columns(said: list[dict[str, Any]]) -> None:
    for query, found in zip(QUERIES.values(), said):
        wanted = [{"name": each.name, "type": each.type} for each in query.columns]
        assert found == {"problems": [], "columns": wanted}, query.name


def test_a_workspace_without_the_table_takes_them_too(said: list[dict[str, Any]]) -> None:
    """The table comes with its first row. Until then the name is only a fuzzy one."""
    for query, found in zip(QUERIES.values(), said[len(QUERIES) :]):
        assert found["problems"] == [NO_TABLE], query.name


def test_the_service_sees_mistakes(said: list[dict[str, Any]]) -> None:
    """Or the tests above would say nothing."""
    assert len(said) == 2 * len(QUERIES) + len(WRONG)
    for found in said[2 * len(QUERIES) :]:
        assert any(problem.startswith("Error: ") for problem in found["problems"]), found
