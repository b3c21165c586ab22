"""The device templates of an IoT Central application over HTTP.

https://learn.microsoft.com/rest/api/iotcentral/2022-07-31dataplane/device-templates
"""

from __future__ import annotations

import secrets
from typing import Any

from azext_iotdiag.lab.central import application as apps
from azext_iotdiag.lab.central.calls import Call, Refusal, chosen, page
from azext_iotdiag.lab.net.http_types import Answer
from azext_iotdiag.lab.net.router import ANY, HttpRoute

LARGEST = 1000  # templates
_MAY_WRITE = (apps.ADMINISTRATOR, apps.BUILDER)


def find(call: Call, template_id: str) -> dict[str, Any]:
    """The template of that id. Raises Refusal."""
    found = call.central.templates.get(template_id)
    if found is None:
        raise Refusal(404, "NotFound", f"Device template not found. Device template id: {template_id}.")
    return found


def _list(call: Call) -> Answer:
    return page(call, chosen(call, list(call.central.templates.values()), ("@id", "displayName")))


def _get(call: Call, template_id: str) -> Answer:
    return Answer(200, find(call, template_id))


def _put(call: Call, template_id: str) -> Answer:
    asked = call.object()
    model = asked.get("capabilityModel")
    if not isinstance(model, dict) or not isinstance(asked.get("displayName"), str) or "@type" not in asked:
        raise Refusal(400, "BadRequest", "A template needs @type, displayName and capabilityModel.")
    if template_id in call.central.templates:
        raise Refusal(409, "Conflict", "The template was published and cannot be replaced.")
    if len(call.central.templates) >= LARGEST:
        raise Refusal(400, "BadRequest", f"An application has at most {LARGEST} templates.")
    call.central.templates[template_id] = {**asked, "@id": template_id, "etag": f"~{secrets.token_urlsafe(12)}"}
    return Answer(200, call.central.templates[template_id])


ROUTES = (
    HttpRoute("GET", ("deviceTemplates",), _list),
    HttpRoute("GET", ("deviceTemplates", ANY), _get),
    HttpRoute("PUT", ("deviceTemplates", ANY), _put, _MAY_WRITE),
)
