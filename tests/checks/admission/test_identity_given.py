"""A hub that hands out an identity, or does not."""

from __future__ import annotations

import pytest

from azext_iotdiag.checks.admission.identity_given import identity_given
from azext_iotdiag.clients import hub
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.keys import Asked
from azext_iotdiag.model.simulated import Registered
from tests.checks.judging import verdict

MAKING, DELETION = "the making of an identity", "the deletion of an identity"


@pytest.mark.parametrize(("kind", "step", "condition", "expected"), [
    (None, "", "", ("pass", [])),
    (Kind.MISSING, "the device's identity", "", ("fail", [("device-unknown", "fail")])),
    (Kind.UNAUTHORIZED, "the device's identity", "", ("fail", [("registry-refused", "fail")])),
    (Kind.UNAUTHORIZED, MAKING, "", ("fail", [("registry-read-only", "fail")])),
    (Kind.UNAUTHORIZED, DELETION, "", ("fail", [("registry-read-only", "fail")])),
    (Kind.BUSY, MAKING, "http:429", ("error", [("hub-throttles", "warn")])),
    (Kind.BUSY, MAKING, "http:500", ("error", [("hub-500001", "warn")])),
    (Kind.NAME_NOT_RESOLVED, "the address of the host", "", ("error", [("name-not-resolved", "warn")])),
])  # fmt: skip
def test_each_answer(kind: Kind | None, step: str, condition: str, expected: tuple) -> None:
    failure = Failure(kind, step, "h", 443, condition=condition) if kind else None
    seen = failure or Registered("h", "d")
    assert verdict(identity_given, registered=seen, asked=Asked("h", "d")) == expected


def test_the_steps_are_those_of_the_client() -> None:
    with open(hub.__file__, encoding="utf-8") as file:
        source = file.read()
    assert f'"{MAKING}"' in source and f'"{DELETION}"' in source
