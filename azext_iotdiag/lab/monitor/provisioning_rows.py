"""Which row of a provisioning service's resource log a record of the audit becomes.

https://learn.microsoft.com/azure/iot-dps/monitor-iot-dps-reference#resource-logs
That page names the operations AttestationAttempt, Upsert, Get and Query. Others have no row here.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, NamedTuple

from azext_iotdiag.lab.audit.log import Record
from azext_iotdiag.lab.monitor import log_rows

DEVICES, SERVICES = "DeviceOperations", "ServiceOperations"
_CODE = re.compile(r"\b([45]\d{5}): ")
_REGISTER = re.compile(r"/([^/]+)/registrations/([^/]+)/register")
_ENROLLMENT = re.compile(r"/(enrollments|enrollmentGroups)/([^/]+)", re.IGNORECASE)
_TYPES = {"enrollments": "IndividualEnrollment", "enrollmentgroups": "EnrollmentGroup"}
_VERBS = {"GET": "Get", "PUT": "Upsert", "POST": "Query"}


class ProvisioningRow(NamedTuple):
    """A row. `service` is the id scope or the host of the service, `status` that of HTTP, 0 where nothing is wrong."""

    category: str
    operation: str
    service: str
    status: int
    address: str
    properties: Mapping[str, str]


def row_of(record: Record) -> ProvisioningRow | None:
    """The row for a record; None where a provisioning service logs nothing."""
    details = record.details
    if "attested" in details:
        return _attempt(record, str(details["attested"]), record.who, str(details.get("protocol")))
    if record.service != "dps" or record.action != "request" or "path" not in details:
        return None
    path, method = str(details["path"]), str(details.get("method"))
    if method == "PUT" and (found := _REGISTER.fullmatch(path)):
        return _attempt(record, found[1], found[2], "Http")
    if found := _ENROLLMENT.fullmatch(path):
        return _of_enrollment(record, found[1].lower(), found[2], method)
    return None


def columns(row: ProvisioningRow) -> dict[str, Any]:
    """The columns of AzureDiagnostics that are the service's own."""
    wrong = row.status
    return {
        "OperationName": row.operation,
        "OperationVersion": "",
        "ResultType": ("ServerError" if wrong >= 500 else "ClientError") if wrong else "Success",
        "ResultSignature": str(wrong or ""),
        "ResultDescription": _phrase(wrong),
        "CallerIPAddress": row.address,
        "CorrelationId": str(uuid.uuid4()),
        "Level": "Error" if wrong else "Information",
        "properties_s": json.dumps(row.properties, separators=(",", ":"), ensure_ascii=False),
    }


def _attempt(record: Record, service: str, registration: str, protocol: str) -> ProvisioningRow:
    told = {"id": registration, "type": "Registration", "protocol": protocol}
    address = log_rows.masked(record.peer)
    return ProvisioningRow(DEVICES, "AttestationAttempt", service, _status(record), address, told)


def _of_enrollment(record: Record, kind: str, name: str, method: str) -> ProvisioningRow | None:
    is_query = name == "query"
    if method not in _VERBS or is_query is not (method == "POST"):
        return None
    told = {**({} if is_query else {"id": name}), "type": _TYPES[kind], "protocol": "Http"}
    host, address = str(record.details.get("host")), log_rows.masked(record.peer)
    return ProvisioningRow(SERVICES, _VERBS[method], host, _status(record), address, told)


def _status(record: Record) -> int:
    """The status of a refusal, which its code of six digits begins with."""
    if record.outcome != "refused":
        return 0
    found = _CODE.search(record.reason)
    return int(found[1]) // 1000 if found else 500


def _phrase(status: int) -> str:
    """What is said of an error. Azure's own words are not documented."""
    try:
        return HTTPStatus(status).phrase if status else ""
    except ValueError:
        return str(status)
