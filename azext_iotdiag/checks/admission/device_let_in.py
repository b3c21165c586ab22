"""What the hub itself says of the credential, where it was asked."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import CouldNotLook, check
from azext_iotdiag.checks.device.string_is_right import string_is_right
from azext_iotdiag.checks.failures import Service, obstacle
from azext_iotdiag.knowledge.admission import ANSWER_UNDECIDED, DEVICE_NOT_LET_IN
from azext_iotdiag.model.facts import Fact
from azext_iotdiag.model.finding import Finding, JsonScalar, fail, warn
from azext_iotdiag.model.keys import Admission


@check("The hub lets the device in", after=(string_is_right,))
def device_let_in(admission: Fact[Admission]) -> Iterator[Finding]:
    if admission.failure is not None:
        raise CouldNotLook(obstacle(Service.MESSAGES, admission.failure))
    found = admission.value
    if found is None:
        return
    answer = " ".join(part for part in (str(found.status or ""), found.description) if part)
    who = f"{found.host} answered {found.device!r} over {found.protocol}"
    evidence: dict[str, JsonScalar] = {"status": found.status, "code": found.code, "protocol": found.protocol}
    if found.let_in is None:
        raise CouldNotLook(warn(ANSWER_UNDECIDED, f"{who} with {answer}", **evidence))
    if not found.let_in:
        yield fail(DEVICE_NOT_LET_IN, f"{who} with {answer or 'a refusal'}", **evidence)
