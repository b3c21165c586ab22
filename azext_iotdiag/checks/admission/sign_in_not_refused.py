"""A hub tells the device alone how it refuses a sign-in."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks import said
from azext_iotdiag.checks.declare import check
from azext_iotdiag.model.check import Link
from azext_iotdiag.model.device_says import DeviceSays
from azext_iotdiag.model.finding import Certainty, Finding
from azext_iotdiag.model.keys import Admission


@check("The device reports no refused sign-in", at_most=Certainty.LIKELY)
def sign_in_not_refused(device_says: DeviceSays, now: float, admission: Admission | None = None) -> Iterator[Finding]:
    """Where the hub lets the same string in from here, it is not the hub that keeps the device out."""
    if admission is None or admission.let_in is not True:
        yield from said.at(Link.ADMISSION, device_says, now)
