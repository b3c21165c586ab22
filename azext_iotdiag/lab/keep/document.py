"""A whole lab as a JSON document, and back. Who refers to whom is written by name, so that it is one thing again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from azext_iotdiag.lab.audit.log import Audit
from azext_iotdiag.lab.central.application import Central, Member
from azext_iotdiag.lab.dps.service import Dps, Enrollment, Registration
from azext_iotdiag.lab.faults.active import ActiveFaults
from azext_iotdiag.lab.hub.authorities import Authority
from azext_iotdiag.lab.hub.event_log import OF_A_HUB, LogLimits, LogPlace, Partition
from azext_iotdiag.lab.hub.fleet import Devices
from azext_iotdiag.lab.hub.hub import EventStream, Hub
from azext_iotdiag.lab.hub.identities import Device, Policy
from azext_iotdiag.lab.hub.routing.rules import plan_of
from azext_iotdiag.lab.hub.runtime import Runtime
from azext_iotdiag.lab.hub.settings import HubSettings
from azext_iotdiag.lab.hub.throttles import Throttles
from azext_iotdiag.lab.keep.codec import Unreadable, decode, encode
from azext_iotdiag.lab.lab import CENTRAL_LIMITS, Lab, clock_of
from azext_iotdiag.lab.storage.container import Blobs
from azext_iotdiag.lab.tenant.tenant import CENTRAL_TYPE, DPS_TYPE, HUB_TYPE, SignIns, Tenant
from azext_iotdiag.lab.tenant.tokens import Issuer

SKIPPED = 100_000  # sequence numbers after a lab that did not end in order: it is not known which were given last


def of_lab(lab: Lab) -> dict[str, Any]:
    """The lab as a document, with its keys."""
    return {
        "tenant": _of_tenant(lab.tenant),
        "hub": _of_runtime(lab.runtime),
        "further": [_of_runtime(each) for each in lab.further],
        "provisioning": [_of_dps(dps) for dps in lab.provisioning],
        "apps": [_of_app(app) for app in lab.apps],
    }


def to_lab(document: dict[str, Any], *, clock: Callable[[], float], units: int = 0, in_order: bool = True) -> Lab:
    """The lab that a document tells of. Raises Unreadable.

    `in_order` says that the document was written when the lab ended, and not before.
    """
    try:
        return _to_lab(document, clock, units, 0 if in_order else SKIPPED)
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        raise error if isinstance(error, Unreadable) else Unreadable(f"{type(error).__name__}: {error}") from error


def _to_lab(document: dict[str, Any], clock: Callable[[], float], units: int, skipped: int) -> Lab:
    faults, tenant = ActiveFaults(), _to_tenant(document["tenant"])
    shared: dict[str, Any] = {
        "audit": Audit(clock=clock), "faults": faults, "clock": clock_of(faults, clock), "blobs": Blobs(),
    }  # fmt: skip

    def runtime(kept: dict[str, Any], limits: LogLimits, **more: Any) -> Runtime:
        hub = _to_hub(kept["hub"], limits, skipped)
        return Runtime(hub, tenant, **shared, **more, kept=decode(dict[str, dict[str, int]], kept["subscriptions"]))

    own = runtime(document["hub"], OF_A_HUB, throttles=Throttles(units))
    further = [runtime(each, OF_A_HUB) for each in document.get("further", ())]
    provisioning = [_to_dps(kept) for kept in document["provisioning"]]
    apps = []
    for kept in document["apps"]:
        hubs = [runtime(each, CENTRAL_LIMITS) for each in kept["hubs"]]
        apps.append(_to_app(kept, hubs))
    services: dict[str, Any] = {each.name: each for each in (own.hub, *(more.hub for more in further), *provisioning)}
    services |= {each.app.subdomain: each.app for each in apps}
    for subscription in tenant.subscriptions:
        for resource in subscription.resources:
            if resource.type in (HUB_TYPE, DPS_TYPE, CENTRAL_TYPE):  # any other is no more than a resource
                resource.what = services.get(resource.name)
    return Lab(own, provisioning, apps, further)


def _of_runtime(runtime: Runtime) -> dict[str, Any]:
    hub, stream = runtime.hub, runtime.hub.stream
    return {
        "hub": {
            "name": hub.name,
            "host": hub.host,
            "policies": encode(dict[str, Policy], hub.policies),
            "devices": encode(list[Device], hub.devices.values()),
            "settings": encode(HubSettings, hub.settings),
            "authorities": encode(dict[str, bytes], hub.authorities),
            "given": encode(dict[str, Authority], hub.given),
            "stream": {
                "host": stream.host,
                "entity": stream.entity,
                "standby": [hub.standby.host, hub.standby.entity],
                "created": stream.created,
                "groups": sorted(stream.consumer_groups),
                "partitions": {name: encode(LogPlace, each.place) for name, each in stream.partitions.items()},
            },
        },
        "subscriptions": runtime.kept,
    }


def _to_hub(kept: dict[str, Any], limits: LogLimits, skipped: int) -> Hub:
    stream, partitions = kept["stream"], decode(dict[str, LogPlace], kept["stream"]["partitions"])
    settings = decode(HubSettings, kept["settings"])
    plan_of(settings.properties["routing"])
    limits = limits.share(len(partitions))
    host, entity = decode(list[str], stream["standby"])
    return Hub(
        decode(str, kept["name"]),
        decode(str, kept["host"]),
        decode(dict[str, Policy], kept["policies"]),
        Devices(decode(list[Device], kept["devices"])),
        EventStream(
            decode(str, stream["host"]),
            decode(str, stream["entity"]),
            {name: Partition(name, limits, place.after(skipped)) for name, place in partitions.items()},
            decode(set[str], stream["groups"]),
            decode(int, stream["created"]),
        ),
        EventStream(host, entity, {}, set(), decode(int, stream["created"])),
        settings,
        decode(dict[str, bytes], kept["authorities"]),
        decode(dict[str, Authority], kept.get("given", {})),
    )


def _of_dps(dps: Dps) -> dict[str, Any]:
    return {
        "service": encode(Dps, dps),
        "registrations": [_of_registration(each) for each in dps.registrations.values()],
    }


def _of_registration(registration: Registration) -> dict[str, Any]:
    return {
        "registration": encode(Registration, registration),
        "enrollment": encode(Enrollment, registration.enrollment),
    }


def _to_dps(kept: dict[str, Any]) -> Dps:
    dps: Dps = decode(Dps, kept["service"])
    for each in kept["registrations"]:
        enrollment: Enrollment = decode(Enrollment, each["enrollment"])
        known = (dps.groups if enrollment.group else dps.enrollments).get(
            enrollment.id if enrollment.group else enrollment.id.lower()
        )
        registration = decode(Registration, each["registration"], enrollment=known or enrollment)
        dps.registrations[registration.id.lower()] = registration
    return dps


def _of_app(central: Central) -> dict[str, Any]:
    return {
        "central": encode(Central, central),
        "hubs": [_of_runtime(each) for each in central.hubs],
        "members": {
            name: {"member": encode(Member, each), "hub": central.hubs.index(each.hub)}
            for name, each in central.members.items()
        },
    }


def _to_app(kept: dict[str, Any], hubs: list[Runtime]) -> Central:
    members = {}
    for name, each in kept["members"].items():
        hub = hubs[decode(int, each["hub"])]
        members[name] = decode(Member, each["member"], identity=hub.hub.devices[name], hub=hub)
    central: Central = decode(Central, kept["central"], hubs=hubs, members=members)
    return central


def _of_tenant(tenant: Tenant) -> dict[str, Any]:
    key_id, key = tenant.issuer.export()
    visitor = tenant.sign_ins.visitor
    return {
        "tenant": encode(Tenant, tenant),
        "issuer": {"id": key_id, "key": key},
        "refresh": {token: principal.object_id for token, principal in tenant.sign_ins.refresh.items()},
        "visitor": visitor.object_id if visitor else "",
    }


def _to_tenant(kept: dict[str, Any]) -> Tenant:
    issuer = Issuer(decode(str, kept["tenant"]["id"]), decode(str, kept["issuer"]["id"]), kept["issuer"]["key"])
    tenant: Tenant = decode(Tenant, kept["tenant"], issuer=issuer)
    known = {each.object_id: each for each in tenant.principals}
    refresh = {token: known[each] for token, each in decode(dict[str, str], kept["refresh"]).items()}
    tenant.sign_ins = SignIns(refresh=refresh, visitor=known.get(decode(str, kept["visitor"])))
    return tenant
