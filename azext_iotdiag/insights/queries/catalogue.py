"""All saved queries by name."""

from __future__ import annotations

from azext_iotdiag.insights.queries import connections, errors, provisioning, query, rows
from azext_iotdiag.insights.queries.query import QueryText
from azext_iotdiag.insights.queries.values import Value

QUERIES: dict[str, QueryText] = {
    each.name: each
    for module in (errors, connections, rows, provisioning)
    for each in vars(module).values()
    if isinstance(each, QueryText)
}


def find(text: str) -> tuple[QueryText, dict[str, Value]] | None:
    """The saved query that a text is, with the values of its parameters. None for any other text."""
    return query.find(QUERIES.values(), text)
