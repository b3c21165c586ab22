"""A device behind a gateway trusts the gateway's certificate, which ends one day as any does."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import DoesNotApply, check
from azext_iotdiag.knowledge.device_key import GATEWAY_CERTIFICATE_ENDED, GATEWAY_CERTIFICATE_ENDS
from azext_iotdiag.model.certificate import name_of
from azext_iotdiag.model.finding import Finding, When, fail, warn, weighed
from azext_iotdiag.model.gateway import Gateway
from azext_iotdiag.model.timestamps import written

SOON_SECONDS = 7 * 86_400


@check("The certificates of the gateway are valid today")
def gateway_current(gateway: Gateway, now: float) -> Iterator[Finding]:
    if not gateway.certificates:
        raise DoesNotApply("gateway")
    today, soon = written(int(now * 1000)), written(int((now + SOON_SECONDS) * 1000))
    for each in gateway.certificates:  # their times are ISO 8601 in UTC, whose order is that of time
        what = f"{gateway.host}:{gateway.port} sends a certificate of {name_of(each.subject)!r}"
        evidence = {"host": gateway.host, "subject": each.subject, "notAfter": each.not_after}
        if each.not_after <= today:
            yield fail(GATEWAY_CERTIFICATE_ENDED, f"{what} that ended at {each.not_after}", **evidence)
        elif each.not_after <= soon:
            coming = warn(GATEWAY_CERTIFICATE_ENDS, f"{what} that ends at {each.not_after}", **evidence)
            yield weighed(coming, when=When.COMING)
