"""The one request of a hub's device API that tells whether a device is let in, and changes nothing.

It gives back the lock on a message from the cloud that no client holds. The hub looks at the credential first: 401
for one that it does not take, 412 where it took it and misses the lock. A page is the answer of
something in the hub's place. HTTPS keeps no session, so that no other connection of the device is ended.
https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-messages-c2d
"""

from __future__ import annotations

import uuid

from azext_iotdiag.clients.connections import Connections
from azext_iotdiag.clients.deadlines import Deadlines, usual
from azext_iotdiag.clients.http import Http
from azext_iotdiag.clients.hub import API_VERSION, read_error
from azext_iotdiag.clients.paths import segment
from azext_iotdiag.model.failure import Kind
from azext_iotdiag.model.keys import Admission
from azext_iotdiag.model.target import Secret

_STEP = "the answer of the device API"
_LET_IN = frozenset({204, 412})
_THE_DEVICE_ITSELF = ("404001", "DeviceNotFound")


def admission(
    host: str,
    device: str,
    token: Secret,
    deadlines: Deadlines | None = None,
    connections: Connections | None = None,
) -> Admission:
    """Whether a hub lets a device in with this token. Raises StepFailed."""
    path = f"/devices/{segment(device)}/messages/deviceBound/{uuid.uuid4()}/abandon?api-version={API_VERSION}"
    deadlines = deadlines or usual()
    http = Http(host, deadlines=deadlines, connections=connections)
    try:
        sent = {"Authorization": token.reveal()}
        answer = http.request("POST", path, _STEP, headers=sent, patience=deadlines.patience)
        if (answer.status < 400 and answer.status not in _LET_IN) or answer.body.lstrip()[:1] == b"<":
            said = f"HTTP {answer.status} is no answer of a hub's; it begins with {answer.words!r}"
            raise http.failed(Kind.NOT_HTTP, _STEP, said)
    finally:
        http.close()
    told = read_error(answer) if answer.status >= 300 else None
    code, description = (told.code, str(told)) if told else ("", "")
    refused = answer.status == 401 or code in _THE_DEVICE_ITSELF
    verdict = True if answer.status in _LET_IN else False if refused else None
    return Admission(host, device, "HTTPS", verdict, answer.status, code, description)
