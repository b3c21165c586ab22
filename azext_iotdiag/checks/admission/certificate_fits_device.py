"""A device's certificate must be current, and the one that the hub knows, or named like the device."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.admission.identity_readable import identity_readable
from azext_iotdiag.checks.declare import check
from azext_iotdiag.knowledge import device_certificate as entries
from azext_iotdiag.knowledge.device_key import PROOF_DIFFERS
from azext_iotdiag.model.finding import Finding, When, fail, warn, weighed
from azext_iotdiag.model.keys import DeviceCertificate, KeyComparison
from azext_iotdiag.model.timestamps import length, written

SOON_SECONDS = 30 * 86_400


@check("The certificate belongs to the device and is valid today", after=(identity_readable,))
def certificate_fits_device(
    device_certificate: DeviceCertificate, now: float, key_comparison: KeyComparison
) -> Iterator[Finding]:
    shown, keys, left = device_certificate, key_comparison, device_certificate.not_after - now
    ends = written(int(shown.not_after * 1000))
    if left <= 0:
        yield fail(entries.DEVICE_CERTIFICATE_EXPIRED, f"{shown.source} ended at {ends}, {length(-left + 1)} ago")
    elif now < shown.not_before:
        begins = written(int(shown.not_before * 1000))
        yield fail(entries.DEVICE_CERTIFICATE_NOT_YET_VALID, f"{shown.source} begins at {begins}")
    elif left < SOON_SECONDS:
        soon = warn(entries.DEVICE_CERTIFICATE_ENDS_SOON, f"{shown.source} ends at {ends}, in {length(left)}")
        yield weighed(soon, when=When.COMING)
    if keys.authentication == "sas":
        yield fail(PROOF_DIFFERS, f"the hub has keys for {keys.device!r}, and {shown.source} is a certificate")
    elif keys.authentication == "selfSigned":
        known = [each.upper() for each in keys.thumbprints if each]
        if shown.sha1 not in known and shown.sha256 not in known:
            yield fail(
                entries.THUMBPRINT_DIFFERS,
                f"{shown.source} has the SHA-1 thumbprint {shown.sha1} and SHA-256 {shown.sha256}; the hub has "
                f"{' and '.join(known) or 'none'}",
                sha1=shown.sha1,
                sha256=shown.sha256,
                registered=", ".join(known),
            )
    elif keys.authentication == "certificateAuthority" and shown.common_name != keys.device:
        yield fail(
            entries.COMMON_NAME_DIFFERS,
            f"{shown.source} is for {shown.common_name!r}, and the device is {keys.device!r}",
            commonName=shown.common_name,
            device=keys.device,
        )
