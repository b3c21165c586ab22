"""A failure in words."""

from __future__ import annotations

import pytest

from azext_iotdiag.model.failure import CERTIFICATE_KINDS, NOT_REACHED, Failure, Kind, StepFailed


@pytest.mark.parametrize(("seconds", "description", "words"), [
    (0.4, "nothing came", "the list of hubs did not come from management.azure.com: nothing came."),
    (12.2, "nothing came", "the list of hubs did not come from management.azure.com after 12 s: nothing came."),
    (0.99, "nothing came", "the list of hubs did not come from management.azure.com: nothing came."),
    (1.0, "nothing came", "the list of hubs did not come from management.azure.com after 1 s: nothing came."),
    (0.0, "", "the list of hubs did not come from management.azure.com: silent."),
])  # fmt: skip
def test_the_sentence_of_a_failure(seconds: float, description: str, words: str) -> None:
    failed = Failure(Kind.SILENT, "the list of hubs", "management.azure.com", 443, "", "", description, seconds)
    assert failed.sentence == words


@pytest.mark.parametrize(("kind", "condition", "transient"), [
    (Kind.DROPPED, "", True), (Kind.BUSY, "", True), (Kind.REFUSED, "", False), (Kind.SILENT, "", False),
    (Kind.REFUSED, "com.microsoft:timeout", True), (Kind.REFUSED, "com.microsoft:server-busy", True),
    (Kind.REFUSED, "amqp:internal-error", True), (Kind.REFUSED, "amqp:not-found", False),
    (Kind.REFUSED, "cbs:500", True), (Kind.REFUSED, "cbs:503", True), (Kind.UNAUTHORIZED, "cbs:401", False),
    (Kind.REFUSED, "management:500", True), (Kind.REFUSED, "management:503", True),
    (Kind.MISSING, "management:404", False),
])  # fmt: skip
def test_what_may_succeed_a_moment_later(kind: Kind, condition: str, transient: bool) -> None:
    assert Failure(kind, "a step", "h", 1, condition=condition).transient is transient


# An answer of the service, a fault of this tool, or a wrong answer of what is in its place: it was reached.
REACHED = {
    Kind.UNANSWERED, Kind.STALLED, Kind.UNAUTHORIZED, Kind.MISSING, Kind.DISPLACED, Kind.TOO_MANY, Kind.BUSY,
    Kind.LIMIT, Kind.REFUSED, Kind.NOT_AMQP, Kind.NOT_HTTP, Kind.NOT_MQTT, Kind.WEBSOCKET_REFUSED, Kind.CRASHED,
}  # fmt: skip


@pytest.mark.parametrize("kind", Kind)
def test_which_failures_say_that_the_service_was_not_reached(kind: Kind) -> None:
    assert (kind in NOT_REACHED) is (kind not in REACHED)


def test_which_failures_are_those_of_a_certificate() -> None:
    assert {kind.value for kind in CERTIFICATE_KINDS} == {"untrusted", "expired", "not-yet-valid", "wrong-name"}


@pytest.mark.parametrize(("condition", "description", "words"), [
    ("", "", "the token: refused"), ("amqp:not-found", "", "the token: refused amqp:not-found"),
    ("amqp:not-found", "no hub", "the token: refused amqp:not-found no hub"),
])  # fmt: skip
def test_the_exception_says_what_the_failure_says(condition: str, description: str, words: str) -> None:
    failed = Failure(Kind.REFUSED, "the token", "h", 1, condition=condition, description=description)
    assert (str(StepFailed(failed)), StepFailed(failed).failure) == (words, failed)
