"""Why properties could not be read: a device that is not there, a refusal, and what is no answer at all."""

from __future__ import annotations

import pytest

from azext_iotdiag.checks.commands.properties_readable import properties_readable
from azext_iotdiag.checks.runner import run
from azext_iotdiag.model.change import WatchedProperties
from azext_iotdiag.model.check import Status
from azext_iotdiag.model.failure import Failure, Kind
from tests.checks.judging import known


@pytest.mark.parametrize(("kind", "app", "status", "code"), [
    (Kind.MISSING, False, Status.FAIL, "device-unknown"), (Kind.MISSING, True, Status.FAIL, "device-not-in-app"),
    (Kind.UNAUTHORIZED, False, Status.FAIL, "twin-refused"), (Kind.SILENT, False, Status.ERROR, "server-silent"),
    (Kind.BUSY, False, Status.ERROR, "hub-500001"), (None, False, Status.PASS, ""),
])  # fmt: skip
def test_what_is_said(kind: Kind | None, app: bool, status: Status, code: str) -> None:
    failed = Failure(kind or Kind.SILENT, "the device's properties", "h", 443, condition="http:404")
    failure = None if kind is None else failed
    watched = WatchedProperties("h", "d", 1, 0, 5.0, app=app, failure=failure)
    (result,) = run((properties_readable,), known(watched=watched), lambda: 0)
    assert (result.status, "".join(each.entry.code for each in result.findings)) == (status, code)


@pytest.mark.parametrize(("condition", "kind", "status"), [
    ("http:401", Kind.UNAUTHORIZED, Status.FAIL), ("http:403", Kind.UNAUTHORIZED, Status.FAIL),
    ("http:429", Kind.BUSY, Status.ERROR),
])  # fmt: skip
def test_what_an_application_answers(condition: str, kind: Kind, status: Status) -> None:
    failure = Failure(kind, "the device's properties", "app", 443, condition=condition)
    watched = WatchedProperties("app", "d", 0, 0, 5.0, app=True, failure=failure)
    (result,) = run((properties_readable,), known(watched=watched), lambda: 0)
    assert (result.status, result.findings[0].entry.code) == (status, f"central-{condition[5:]}")
