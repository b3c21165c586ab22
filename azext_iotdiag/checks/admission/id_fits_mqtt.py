"""The topics of a device over MQTT hold its id, and a topic to publish to must hold no wildcard.

https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/os/mqtt-v3.1.1-os.html#_Toc398718106
"""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.admission.device_known import device_known
from azext_iotdiag.checks.declare import check
from azext_iotdiag.knowledge.registry import ID_UNFIT_FOR_MQTT
from azext_iotdiag.model.finding import Certainty, Finding, fail
from azext_iotdiag.model.identity import Identity
from azext_iotdiag.model.newest_messages import NewestMessages

WILDCARDS = "#+"


@check("The device's id fits into MQTT topics", after=(device_known,), at_most=Certainty.LIKELY)
def id_fits_mqtt(identity: Identity, newest_messages: NewestMessages | None = None) -> Iterator[Finding]:
    """Over AMQP and HTTPS such an id works: a device that the hub has heard of has found its way."""
    odd = [each for each in WILDCARDS if each in identity.device]
    came = newest_messages is not None and newest_messages.came is not None
    if odd and identity.last_activity is None and not came:
        message = f"{identity.device!r} holds {' and '.join(odd)}, which no topic that a device publishes to may hold"
        yield fail(ID_UNFIT_FOR_MQTT, message, device=identity.device)
