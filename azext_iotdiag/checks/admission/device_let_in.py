"""What the hub itself says of the credential, where it was asked."""

from azext_iotdiag.checks.declare import CouldNotLook, check
from azext_iotdiag.checks.device.string_is_right import string_is_right
from azext_iotdiag.checks.reader.partitions_readable import finding_of
from azext_iotdiag.knowledge.admission import ANSWER_UNDECIDED, DEVICE_NOT_LET_IN
from azext_iotdiag.model.finding import Severity, fail, warn


@check("The hub lets the device in", after=(string_is_right,))
def device_let_in(admission):
    if admission.failure is not None:
        raise CouldNotLook(finding_of(admission.failure, Severity.WARN))
    answer = " ".join(part for part in (str(admission.status or ""), admission.description) if part)
    who = f"{admission.host} answered {admission.device!r} over {admission.protocol}"
    evidence = {"status": admission.status, "code": admission.code, "protocol": admission.protocol}
    if admission.let_in is None:
        raise CouldNotLook(warn(ANSWER_UNDECIDED, f"{who} with {answer}", **evidence))
    if not admission.let_in:
        yield fail(DEVICE_NOT_LET_IN, f"{who} with {answer or 'a refusal'}", **evidence)
