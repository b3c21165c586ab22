"""Files that devices put into storage: the hub gives an address for each, and hears how it went.

https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-file-upload
"""

from __future__ import annotations

import base64
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from azext_iotdiag.lab.hub.dates import written
from azext_iotdiag.lab.hub.refusal import HubRefusal
from azext_iotdiag.lab.storage import signature
from azext_iotdiag.lab.storage.container import BlobPlace, Upload

if TYPE_CHECKING:
    from azext_iotdiag.lab.hub.identities import Device
    from azext_iotdiag.lab.hub.runtime import Runtime

MOST_OPEN = 10  # uploads of one device
LONGEST_NAME = 1024
REMEMBERED_SECONDS = 86_400.0  # after its address has ended, an upload is still told from one that never was
MOST_REMEMBERED = 10_000


def begin(runtime: Runtime, device: Device, name: Any) -> dict[str, str]:
    """The address for a file of a device. Raises HubRefusal."""
    now, storage = runtime.clock(), runtime.hub.settings.storage
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST_NAME:
        raise HubRefusal(400004, f"blobName is a text of 1 to {LONGEST_NAME} characters")
    if storage is None:
        raise HubRefusal(400014, "The default storage endpoint is not configured")
    _forget(runtime, now)
    if sum(each.device == device.device_id and each.expires > now for each in runtime.uploads.values()) >= MOST_OPEN:
        raise HubRefusal(403006, f"Number of active file upload requests cannot exceed {MOST_OPEN}")
    account, blob = storage.account, f"{device.device_id}/{name}"
    id_ = base64.b64encode(f"{now:.0f}_{uuid.uuid4()}_{blob}_ver2.0".encode("utf-8", "replace")).decode("ascii")
    upload = Upload(id_, device.device_id, BlobPlace(account.host, storage.container, blob), now + storage.seconds)
    runtime.uploads[id_] = upload
    runtime.record("hub", "upload", "accepted", who=device.name, reason=f"an address for {name!r} was given")
    return {
        "correlationId": id_,
        "hostName": account.host,
        "containerName": storage.container,
        "blobName": blob,
        "sasToken": signature.sign(account.name, storage.container, blob, account.key, upload.expires),
    }


def end(runtime: Runtime, device: Device, told: Any) -> None:
    """Take what a device says of a file, and tell the service where it wants to know. Raises HubRefusal."""
    if not isinstance(told, Mapping) or not isinstance(told.get("isSuccess"), bool):
        raise HubRefusal(400019, "isSuccess is missing or no truth value")
    upload = runtime.uploads.get(str(told.get("correlationId")))
    if upload is None or upload.device != device.device_id:
        raise HubRefusal(400015, "The file upload correlation ID is invalid")
    if upload.expires <= runtime.clock():
        raise HubRefusal(400016, "The file upload correlation ID has expired")
    del runtime.uploads[upload.id]
    outcome, status = "accepted" if told["isSuccess"] else "refused", told.get("statusCode")
    why = f"the device says that {upload.place.name!r} {'is there' if told['isSuccess'] else f'failed: {status}'}"
    runtime.record("hub", "upload", outcome, who=device.name, reason=why)
    if told["isSuccess"] and runtime.hub.settings.properties["enableFileUploadNotifications"]:
        _notify(runtime, device, upload)


def _notify(runtime: Runtime, device: Device, upload: Upload) -> None:
    blob, now = runtime.blobs.blobs.get(upload.place), runtime.clock()
    if blob is None:
        why = f"no notification: {upload.place.name!r} is not in the container"
        runtime.record("hub", "upload", "refused", who=device.name, reason=why)
        return
    place = upload.place
    record = {
        "deviceId": device.device_id,
        "blobUri": f"https://{place.host}/{place.container}/{place.name}",
        "blobName": place.name,
        "lastUpdatedTime": written(blob.modified),
        "blobSizeInBytes": len(blob.content),
        "enqueuedTimeUtc": written(now),
    }
    runtime.files.add(record, now)


def _forget(runtime: Runtime, now: float) -> None:
    gone = [id_ for id_, each in runtime.uploads.items() if each.expires + REMEMBERED_SECONDS <= now]
    gone += list(runtime.uploads)[: max(len(runtime.uploads) - MOST_REMEMBERED, 0)]
    for id_ in gone:
        runtime.uploads.pop(id_, None)
