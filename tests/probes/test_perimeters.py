"""Perimeters as the resource manager shows them, also in shapes that are not known."""

from __future__ import annotations

import pytest

from azext_iotdiag.model.hub_settings import Perimeter
from azext_iotdiag.probes.perimeters import read

RULE = {"name": "in", "properties": {"direction": "Inbound", "addressPrefixes": ["203.0.113.0/24"]}}
OUT = {"name": "out", "properties": {"direction": "Outbound"}}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"name": "x", "properties": {
            "networkSecurityPerimeter": {"id": "/subscriptions/s/networkSecurityPerimeters/mine"},
            "resourceAssociation": {"name": "a", "accessMode": "Enforced"},
            "profile": {"name": "p", "accessRules": [RULE, OUT]}}}, Perimeter("mine", "Enforced", 1)),
        ({"name": "x", "properties": {"profile": {"accessRules": "many"}}}, Perimeter("x")),
        ({"name": "x"}, Perimeter("x")),
        ({}, Perimeter("")),
    ],
)  # fmt: skip
def test_read(row, expected) -> None:
    assert read(row) == expected
