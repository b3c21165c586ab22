"""A hub checks a device's certificate by its thumbprint, or by the authority that issued it: it needs one of them."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.admission.device_known import device_known
from azext_iotdiag.checks.declare import check
from azext_iotdiag.checks.settings import of_setting
from azext_iotdiag.knowledge.device_certificate import AUTHORITY_NOT_USABLE, THUMBPRINT_MISSING
from azext_iotdiag.model.authorities import Authority
from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.finding import Certainty, Finding, fail
from azext_iotdiag.model.identity import Identity

_NO_DIGIT = frozenset("0")  # a thumbprint of zeros stands for none


@check("The hub can check the device's certificate", after=(device_known,), at_most=Certainty.LIKELY)
def certificate_checkable(
    identity: Identity, now: float, authorities: tuple[Authority, ...] | None = None
) -> Iterator[Finding]:
    """A namespace of the Device Registry may bring further authorities, so that it is never sure."""
    if identity.authentication == "selfSigned" and not any(set(each) - _NO_DIGIT for each in identity.thumbprints):
        message = f"{identity.hub} holds no thumbprint for {identity.device!r}, which signs in with a certificate"
        yield of_setting(fail(THUMBPRINT_MISSING, message, device=identity.device), now)
    elif identity.authentication == "certificateAuthority" and authorities is not None:
        usable = [each for each in authorities if each.verified and _is_current(each, now)]
        if not usable:
            message = f"{identity.hub} holds {_what(authorities, now)}, and {identity.device!r} needs an authority"
            yield of_setting(fail(AUTHORITY_NOT_USABLE, message, hub=identity.hub, held=len(authorities)), now)


def _is_current(authority: Authority, now: float) -> bool:
    return authority.expires is None or authority.expires > now * 1000


def _what(authorities: tuple[Authority, ...], now: float) -> str:
    if not authorities:
        return "no certificate of an authority"
    ended = sum(not _is_current(each, now) for each in authorities)
    unverified = sum(not each.verified for each in authorities)
    return f"{counted(len(authorities), 'certificate')} of authorities, {unverified} not verified and {ended} ended"
