"""A code counts only under the HTTP status that it belongs to."""

from __future__ import annotations

import pytest

from azext_iotdiag.checks.hub_answers import named


@pytest.mark.parametrize(("code", "http", "entry"), [
    ("DeviceNotOnline", 404, "hub-404103"),
    ("404103", 404, "hub-404103"),
    ("404102", 404, "hub-404103"),
    ("GatewayTimeout", 504, "hub-504101"),
    ("DeviceNotOnline", 504, None),
    ("504101", 500, None),
    ("404999", 404, None),
    ("hub-throttles", 429, None),  # it has no number of its own
    ("", 404, None),
])  # fmt: skip
def test_what_a_code_means(code: str, http: int, entry: str | None) -> None:
    found = named(code, http)
    assert (found.code if found else None) == entry
