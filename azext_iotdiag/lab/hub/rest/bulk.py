"""Many identities in one request: made, changed and removed, and keys made anew.

https://learn.microsoft.com/rest/api/iothub/service/bulk-registry/update-registry
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from azext_iotdiag.lab.hub import sessions, twins
from azext_iotdiag.lab.hub.identities import Device, new_key
from azext_iotdiag.lab.hub.refusal import HubRefusal
from azext_iotdiag.lab.hub.rest import module_requests, registry
from azext_iotdiag.lab.hub.rest.reading import data_of
from azext_iotdiag.lab.hub.runtime import Runtime
from azext_iotdiag.lab.net.http_types import Answer, Request
from azext_iotdiag.lab.net.router import HttpRoute

MOST = 100  # rows of a request
_KEYS = {"primarykey": ("primaryKey",), "secondarykey": ("secondaryKey",), "both": ("primaryKey", "secondaryKey")}

Row = dict[str, Any]


def _change(runtime: Runtime, request: Request) -> Answer:
    """Do what each row asks, one after the other; a row that fails does not keep others from their turn."""
    rows = _rows(data_of(request))
    errors = []
    for row in rows:
        try:
            _do(runtime, row)
        except HubRefusal as refused:
            module = {"moduleId": row["moduleId"]} if row.get("moduleId") else {}
            told = {"deviceId": row["id"], **module, "errorCode": refused.name, "errorStatus": str(refused)}
            errors.append({**told, "operation": str(row.get("importMode") or "create")})
    body = {"isSuccessful": not errors, "errors": errors, "warnings": []}
    why = f"{len(errors)} of {len(rows)} rows failed, the first: {errors[0]['errorStatus']}" if errors else ""
    return Answer(400 if errors else 200, body, reason=why)


def _rows(given: Any) -> list[Row]:
    """The rows of a request, each of another identity. Raises HubRefusal."""
    if not isinstance(given, list) or not 0 < len(given) <= MOST:
        raise HubRefusal(400004, f"the body is an array of 1 to {MOST} rows")
    if not all(isinstance(row, dict) and isinstance(row.get("id"), str) for row in given):
        raise HubRefusal(400004, "each row is an object with an id")
    if not all(isinstance(row.get("moduleId") or "", str) for row in given):
        raise HubRefusal(400004, "a moduleId is a text")
    if len({(row["id"], row.get("moduleId")) for row in given}) < len(given):
        raise HubRefusal(400004, "an identity stands twice in the array")
    return given


def _do(runtime: Runtime, row: Row) -> None:
    mode = str(row.get("importMode") or "create").lower()
    action = _MODES.get(mode.removesuffix("ifmatchetag"))
    if action is None:
        raise HubRefusal(400004, f"the import mode {mode!r:.40} is not known")
    etag = "*"
    if mode.endswith("ifmatchetag"):
        etag = str(row.get("twinETag" if mode.startswith("updatetwin") else "eTag") or row.get("etag") or "")
        if not etag:
            raise HubRefusal(400004, "the row has no etag")
    action(runtime, row, etag)


def _known(runtime: Runtime, row: Row) -> Device | None:
    return runtime.hub.identity(row["id"], row.get("moduleId") or "")


def _write(runtime: Runtime, row: Row, etag: str) -> None:
    """Make an identity, or change the one there is where `etag` allows it, and its twin where the row has one."""
    asked = {**row, "deviceId": row["id"]}
    if row.get("moduleId"):
        made = module_requests.write_identity(runtime, row["id"], row["moduleId"], asked, etag)
    else:
        made = registry.write_identity(runtime, row["id"], asked, etag)
    if row.get("tags") is not None or row.get("properties") is not None:
        _write_twin(runtime, made, row)


def _create(runtime: Runtime, row: Row, _etag: str) -> None:
    _write(runtime, row, "")


def _update(runtime: Runtime, row: Row, etag: str) -> None:
    registry.find(runtime, row["id"], row.get("moduleId") or "")
    _write(runtime, row, etag)


def _create_or_update(runtime: Runtime, row: Row, etag: str) -> None:
    _write(runtime, row, "" if _known(runtime, row) is None else etag)


def _delete(runtime: Runtime, row: Row, etag: str) -> None:
    if row.get("moduleId"):
        module_requests.remove_identity(runtime, row["id"], row["moduleId"], etag)
    else:
        registry.remove_identity(runtime, row["id"], etag)


def _update_twin(runtime: Runtime, row: Row, etag: str) -> None:
    identity = registry.find(runtime, row["id"], row.get("moduleId") or "")
    twins.check_etag(etag, identity.twin.etag)
    _write_twin(runtime, identity, row)


def _write_twin(runtime: Runtime, identity: Device, row: Row) -> None:
    given = {name: row[name] for name in ("tags", "properties") if row.get(name) is not None}
    sessions.push_desired(runtime, identity, twins.update(identity.twin, given, runtime.clock()))


_MODES: dict[str, Callable[[Runtime, Row, str], None]] = {
    "create": _create,
    "update": _update,
    "createorupdate": _create_or_update,
    "delete": _delete,
    "updatetwin": _update_twin,
}


def _regenerate(runtime: Runtime, request: Request) -> Answer:
    """Make keys anew. Source of the form: the command `az iot hub device-identity renew-key` of azure-iot."""
    asked = data_of(request)
    which = _KEYS.get(str(asked.get("policyKey")).lower()) if isinstance(asked, dict) else None
    if which is None:
        raise HubRefusal(400004, "policyKey is primaryKey, secondaryKey or both")
    rotated, errors = [], []
    for row in _rows(asked.get("devices")):
        named = {name: row[name] for name in ("id", "moduleId") if row.get(name)}
        try:
            identity = registry.find(runtime, row["id"], row.get("moduleId") or "")
            if identity.authentication != "sas":
                raise HubRefusal(400004, f"{identity.name} signs in by {identity.authentication}, not by keys")
            rotated.append({**named, **_new_keys(identity, which)})
        except HubRefusal as refused:
            errors.append({**named, "errorCode": refused.name, "errorStatus": str(refused)})
    return Answer(200, {"policyKey": asked["policyKey"], "rotatedKeys": rotated, "errors": errors})


def _new_keys(identity: Device, which: tuple[str, ...]) -> dict[str, str]:
    identity.edition += 1
    if "primaryKey" in which:
        identity.primary = new_key()
    if "secondaryKey" in which:
        identity.secondary = new_key()
    keys = {"primaryKey": identity.primary, "secondaryKey": identity.secondary}
    return {name: keys[name].reveal() for name in which}


ROUTES = (
    HttpRoute("POST", ("devices",), _change, ("RegistryWrite",)),
    HttpRoute("POST", ("devices", "keys", "regenerate"), _regenerate, ("RegistryWrite",)),
)
