"""A provisioning service makes the identity for the proof that it was shown; later one of the two may have changed."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.admission.device_known import device_known
from azext_iotdiag.checks.declare import check
from azext_iotdiag.checks.settings import of_setting
from azext_iotdiag.knowledge.device_certificate import THUMBPRINT_DIFFERS
from azext_iotdiag.knowledge.device_key import PROOF_DIFFERS
from azext_iotdiag.model.dps import Enrollment, Registration
from azext_iotdiag.model.finding import Certainty, Finding, fail
from azext_iotdiag.model.identity import Identity

# https://learn.microsoft.com/azure/iot-dps/concepts-service#attestation-mechanism
_BY_KEY = {"symmetrickey": True, "tpm": True, "x509": False}
_KEY = "sas"


@check("The hub takes the credential of the enrollment", after=(device_known,), at_most=Certainty.LIKELY)
def identity_fits_enrollment(
    enrollment: Enrollment, registration: Registration, identity: Identity, now: float
) -> Iterator[Finding]:
    """Only for a device that was assigned to this hub. The device may hold a third proof, so that it is never sure."""
    by_key, taken = _BY_KEY.get(enrollment.attestation.lower()), identity.authentication
    if by_key is None or not taken or registration.hub.lower() != identity.hub.lower():
        return
    if by_key != (taken == _KEY):
        message = (
            f"The enrollment {enrollment.id!r} proves the device by {enrollment.attestation}, and {identity.hub} takes "
            f"{taken} of {identity.device!r}"
        )
        yield of_setting(fail(PROOF_DIFFERS, message, enrolled=enrollment.attestation, taken=taken), now)
    elif taken == "selfSigned" and not enrollment.group:
        mine, theirs = (_plain(each) for each in (enrollment.thumbprints, identity.thumbprints))
        if mine and theirs and not mine & theirs:
            message = (
                f"The certificates of the enrollment {enrollment.id!r} are others than those that {identity.hub} takes "
                f"of {identity.device!r}: the device has not registered with the present one"
            )
            yield of_setting(fail(THUMBPRINT_DIFFERS, message, enrollment=enrollment.id), now)


def _plain(thumbprints: tuple[str, ...]) -> set[str]:
    """The thumbprints in one writing, without those of zeros, which stand for none."""
    return {each.upper() for each in thumbprints if each.strip("0")}
