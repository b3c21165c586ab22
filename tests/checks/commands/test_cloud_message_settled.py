"""What became of a cloud-to-device message, by its feedback, or by what is known without one."""

from __future__ import annotations

from typing import Any

import pytest

from azext_iotdiag.checks.commands.cloud_message_settled import cloud_message_settled
from azext_iotdiag.model.cloud_message import CloudMessage
from azext_iotdiag.model.failure import Failure, Kind
from tests.checks.facts import HUB
from tests.checks.judging import verdict


def sent(**fields: Any) -> CloudMessage:
    return CloudMessage(HUB, "pump", "m-1", 2, **{"accepted": True} | fields)


def failed(kind: Kind, condition: str = "") -> Failure:
    return Failure(kind, "the answer to the message", HUB, 5671, condition=condition)


@pytest.mark.parametrize(("message", "status", "codes"), [
    (sent(), "pass", []),
    (sent(waited=2.0, fate="Success"), "pass", []),
    (sent(waited=2.0, fate="Success", others=3), "pass", []),
    (sent(waited=2.0, fate="Expired"), "fail", ["cloud-message-expired"]),
    (sent(waited=2.0, fate="Rejected"), "fail", ["cloud-message-rejected"]),
    (sent(waited=2.0, fate="DeliveryCountExceeded"), "fail", ["cloud-message-given-back"]),
    (sent(waited=2.0, fate="Purged"), "fail", ["cloud-message-purged"]),
    (sent(waited=2.0, fate="Somehow"), "error", ["hub-answer-unknown"]),
    (sent(waited=2.0, others=3), "error", ["feedback-of-others"]),
    (sent(waited=60.0), "error", ["feedback-missing"]),
    (sent(waited=3.0, stopped=True), "pass", []),
    (sent(accepted=False, failure=failed(Kind.LIMIT, "amqp:resource-limit-exceeded")), "fail", ["hub-403004"]),
    (sent(accepted=False, failure=failed(Kind.MISSING, "amqp:not-found")), "fail", ["device-unknown"]),
    (sent(accepted=False, failure=failed(Kind.UNAUTHORIZED, "cbs:401")), "error", ["token-refused"]),
    (sent(failure=failed(Kind.DROPPED)), "error", ["connection-dropped"]),
])  # fmt: skip
def test_what_became_of_the_message(message: CloudMessage, status: str, codes: list[str]) -> None:
    judged: tuple[str, list[Any]] = verdict(cloud_message_settled, cloud_message=message)
    assert (judged[0], [code for code, _ in judged[1]]) == (status, codes)
