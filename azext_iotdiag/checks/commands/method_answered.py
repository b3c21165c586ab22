"""A device that can be called answers a direct method, whatever its answer is."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import CouldNotLook, check
from azext_iotdiag.checks.failures import Service, obstacle
from azext_iotdiag.checks.hub_answers import named
from azext_iotdiag.knowledge.commands import HUB_ANSWER_UNKNOWN, METHOD_ANSWER_MALFORMED, METHOD_STATUS_ERROR
from azext_iotdiag.knowledge.hub.connections import DEVICE_CONNECTION_CLOSED_REMOTELY
from azext_iotdiag.knowledge.hub.forbidden import OPERATION_NOT_AVAILABLE_IN_CURRENT_TIER
from azext_iotdiag.knowledge.hub.not_found import DEVICE_NOT_FOUND, DEVICE_NOT_ONLINE, MODULE_NOT_FOUND
from azext_iotdiag.knowledge.hub.unavailable import GATEWAY_TIMEOUT
from azext_iotdiag.knowledge.registry import DEVICE_UNKNOWN, HUB_THROTTLES, METHOD_REFUSED
from azext_iotdiag.model.facts import Fact
from azext_iotdiag.model.finding import Entry, Finding, JsonScalar, fail, warn
from azext_iotdiag.model.identity import Identity
from azext_iotdiag.model.method import MethodAnswer

LEFT_MEANWHILE = "device unavailable"  # what a hub says where the device leaves during the call, whatever the case
_LEAST_ERROR = 400
_ZERO = '\\u0000"'  # at the end of a text that is written as JSON
# What these codes say is said of the device or its hub. All others concern the call itself.
_OF_DEVICE = {
    DEVICE_NOT_FOUND: DEVICE_UNKNOWN,
    **{
        entry: entry
        for entry in (
            MODULE_NOT_FOUND, DEVICE_NOT_ONLINE, DEVICE_CONNECTION_CLOSED_REMOTELY, GATEWAY_TIMEOUT,
            OPERATION_NOT_AVAILABLE_IN_CURRENT_TIER,
        )
    },
}  # fmt: skip
_BY_STATUS = {401: METHOD_REFUSED, 429: HUB_THROTTLES}  # where the hub gives no code of its own


@check("The device answers direct methods")
def method_answered(method_answer: Fact[MethodAnswer], identity: Identity | None = None) -> Iterator[Finding]:
    if method_answer.failure is not None:
        raise CouldNotLook(obstacle(Service.HUB, method_answer.failure))
    answer = method_answer.value
    assert answer is not None, "a probe gives a value or a failure"
    if answer.status is not None:
        yield from _of_device(answer, answer.status)
        return
    entry = _entry_of(answer)
    if entry is DEVICE_UNKNOWN and identity is not None and not identity.known:
        return  # device-known says so
    message = f"{_answered(answer)}: {_words(answer)}"
    if entry in _OF_DEVICE.values():
        yield fail(entry, message, **_evidence(answer))
        return
    raise CouldNotLook(warn(entry, message, **_evidence(answer)))


def _of_device(answer: MethodAnswer, status: int) -> Iterator[Finding]:
    """What the device's own status means. Where the user named no method, any answer will do that is JSON."""
    if answer.malformed:
        zeros = answer.payload.endswith(_ZERO)
        why = "it ends with a byte of zero" if zeros else "its syntax is wrong"
        yield fail(
            METHOD_ANSWER_MALFORMED,
            f"{answer.whose} answered {answer.call.name} with status {status}, and its payload is no JSON: {why}",
            **_evidence(answer),
        )
    if answer.call.named and status >= _LEAST_ERROR:
        yield fail(
            METHOD_STATUS_ERROR,
            f"{answer.whose} answered {answer.call.name} with status {status} after {answer.answering:.3f} s "
            f"(HTTP {answer.http})",
            **_evidence(answer),
        )


def _entry_of(answer: MethodAnswer) -> Entry:
    """What the hub's refusal means. The same code stands for two things, which only the words tell apart."""
    if not answer.code:
        return _BY_STATUS.get(answer.http, HUB_ANSWER_UNKNOWN)
    entry = named(answer.code, answer.http)
    if entry is DEVICE_NOT_ONLINE and LEFT_MEANWHILE in answer.said.lower():
        return DEVICE_CONNECTION_CLOSED_REMOTELY
    if entry is None:
        return HUB_ANSWER_UNKNOWN
    return METHOD_REFUSED if answer.http == 401 else _OF_DEVICE.get(entry, entry)


def _answered(answer: MethodAnswer) -> str:
    return f"the hub answered the call of {answer.call.name} at {answer.whose} with HTTP {answer.http} after " + (
        f"{answer.answering:.3f} s"
    )


def _words(answer: MethodAnswer) -> str:
    said = ": ".join(part for part in (answer.code, answer.said) if part) or "nothing else"
    return f"{said} ({answer.tracking})" if answer.tracking else said


def _evidence(answer: MethodAnswer) -> dict[str, JsonScalar]:
    told: dict[str, JsonScalar] = {
        "http": answer.http,
        "seconds": answer.answering,
        "status": answer.status,
        "code": answer.code,
        "said": answer.said,
        "tracking": answer.tracking,
    }
    return {name: value for name, value in told.items() if value not in (None, "")}
