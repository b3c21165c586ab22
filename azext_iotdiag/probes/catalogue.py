"""Every fact that can be measured: one row each, with what it takes to measure it.

The probe of a fact is the function `measure` of the module that has the fact's name. It is imported when it is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, NamedTuple

from azext_iotdiag.clients.address import find as find_address
from azext_iotdiag.credential.host import is_address
from azext_iotdiag.model.facts import Facts, Vantage
from azext_iotdiag.model.failure import CERTIFICATE_KINDS
from azext_iotdiag.probes.context import Access, Context

HTTPS_PORT, AMQPS_PORT = 443, 5671

# The context, the time on its clock at which the measurement must end, and the facts that are known. Returns the value,
# or a Fact where more is known of it. Raises StepFailed.
Measure = Callable[[Context, float, Facts], Any]


class Probe(NamedTuple):
    """How a fact is measured.

    `measure` is the probe, or the name of its module. `source` and `place` say who tells it. `step` completes "the wait
    for ... ended". `needs` are facts that are measured before it, and may have failed. `seconds` is its deadline.
    `needing` tells whether it needs them at all.
    `wanted` tells whether there is anything to measure, beside the access, and `worth` the same by what was needed
    before. What `disturbs` a running device is measured only where it is asked for by name.
    """

    measure: Measure
    source: str
    step: str
    place: Vantage = Vantage.SERVICE
    access: Access = Access.NOTHING
    needs: tuple[str, ...] = ()
    seconds: float = 15.0
    port: int = HTTPS_PORT
    wanted: Callable[[Context, Facts], bool] = lambda context, facts: True
    disturbs: bool = False
    needing: Callable[[Context], bool] = lambda context: True
    worth: Callable[[Facts], bool] = lambda facts: True

    def needed(self, context: Context) -> tuple[str, ...]:
        """The facts that must be there before it."""
        return self.needs if self.needing(context) else ()

    def allowed(self, context: Context, facts: Facts) -> bool:
        """Whether it can be measured with what is open, and there is something to measure."""
        return context.opened(self.access) and self.wanted(context, facts)


def _of(module: str) -> Measure:
    def measure(context: Context, end: float, facts: Facts) -> Any:
        return import_module(f"azext_iotdiag.probes.{module}").measure(context, end, facts)

    return measure


def _names_device(context: Context, facts: Facts) -> bool:
    return bool(context.device(facts))


def _of_edge(facts: Facts) -> bool:
    """Whether the device is an IoT Edge device, or is below one."""
    identity = facts["identity"].value if "identity" in facts else None
    return identity is not None and identity.known and bool(identity.edge or identity.gateway)


def _sent_and_never_came(facts: Facts) -> bool:
    """Whether the hub holds a message of a device that it has never heard of."""
    identity, newest = (facts[name].value if name in facts else None for name in ("identity", "newest_messages"))
    return identity is not None and newest is not None and identity.last_activity is None and newest.came is not None


def _uses_certificates(facts: Facts) -> bool:
    """Whether a registration was refused, or certificates prove the devices of the enrollment."""
    registration, enrollment = (facts[name].value if name in facts else None for name in ("registration", "enrollment"))
    by_certificate = enrollment is not None and enrollment.attestation == "x509"
    return by_certificate or (registration is not None and registration.status == "failed")


def _in_perimeter(facts: Facts) -> bool:
    """Whether a perimeter decides who is let in to the hub."""
    settings = facts["hub_settings"].value if "hub_settings" in facts else None
    return settings is not None and settings.in_perimeter


def _device_is_open(context: Context) -> bool:
    """Whether only the registration tells which device is meant."""
    return not context.typed.device


def _names_registration(context: Context, facts: Facts) -> bool:
    return bool(context.typed.registration_id or context.typed.enrollment_id)


def _has_credential(context: Context, facts: Facts) -> bool:
    """A module can be tried in no way that changes nothing."""
    typed = context.typed
    credential = typed.signature is not None or typed.signing_key is not None
    return bool(credential and typed.device_host and typed.device and not typed.module)


def _names_host(context: Context, facts: Facts) -> bool:
    """Whether a host was named whose network should be tested."""
    return _asked_host(facts) != ""


def _asked_host(facts: Facts) -> str:
    """The host whose network should be tested; empty where none was named."""
    asked = facts["network_asked"].value if "network_asked" in facts else None
    return asked.host if asked is not None else ""


def _tested_on_device(context: Context, facts: Facts) -> bool:
    """Whether the network was tested on a device, so that a test from here tells the two apart."""
    return _names_host(context, facts) and "ways" in facts and facts["ways"].place is Vantage.DEVICE


def _asks_name_service(context: Context, facts: Facts) -> bool:
    """Whether the name service says where the host is: not for addresses, nor for what is mapped to another place."""
    host = _asked_host(facts)
    return "." in host and not is_address(host) and find_address(host, HTTPS_PORT) == (host, HTTPS_PORT)


def _ended_at_a_certificate(context: Context, facts: Facts) -> bool:
    stream = facts["stream"].value if "stream" in facts else None
    return stream is not None and stream.failure is not None and stream.failure.kind in CERTIFICATE_KINDS


# The tries of one connection have ten seconds, and what they show may be looked at once more. With az's own start every
# command answers within 15 s.
_NETWORK_SECONDS = 13.5

PROBES: Mapping[str, Probe] = {
    "admission": Probe(
        _of("admission"),
        "the hub's device API",
        "the answer of the device API",
        wanted=_has_credential,
    ),
    "identity": Probe(
        _of("identity"),
        "the hub's registry",
        "the device's twin or identity",
        access=Access.HUB,
        needs=("registration",),
        needing=_device_is_open,
        wanted=_names_device,
    ),
    "key_comparison": Probe(
        _of("key_comparison"),
        "the hub's registry",
        "the keys of the device",
        access=Access.HUB,
        wanted=_names_device,
    ),
    "registration": Probe(
        _of("registration"),
        "the provisioning service",
        "the registration",
        access=Access.DPS,
        wanted=_names_registration,
    ),
    "enrollment": Probe(
        _of("enrollment"), "the provisioning service", "the enrollment", access=Access.DPS, wanted=_names_registration
    ),
    "central_device": Probe(
        _of("central_device"),
        "IoT Central",
        "the device in IoT Central",
        access=Access.CENTRAL,
        needs=("registration",),
        needing=_device_is_open,
        wanted=_names_device,
    ),
    "central_proof": Probe(
        _of("central_proof"),
        "IoT Central",
        "the credentials in IoT Central",
        access=Access.CENTRAL,
        needs=("registration",),
        needing=_device_is_open,
        wanted=_names_device,
    ),
    "central_reached": Probe(
        _of("central_reached"),
        "IoT Central",
        "the list of devices",
        access=Access.CENTRAL,
        wanted=lambda context, facts: not context.device(facts),
    ),
    "query_selection": Probe(
        _of("query_selection"),
        "the hub's registry",
        "the answer to the query",
        access=Access.HUB,
        seconds=300.0,
        wanted=lambda context, facts: bool(context.typed.query),
    ),
    "hub_settings": Probe(
        _of("hub_settings"), "the resource manager", "the settings of the hub", access=Access.RESOURCE
    ),
    "dps_settings": Probe(
        _of("dps_settings"),
        "the resource manager",
        "the settings of the provisioning service",
        access=Access.DPS_RESOURCE,
    ),
    "dps_authorities": Probe(
        _of("dps_authorities"),
        "the resource manager",
        "the certificates of the provisioning service",
        access=Access.DPS_RESOURCE,
        needs=("registration", "enrollment"),
        worth=_uses_certificates,
    ),
    "perimeters": Probe(
        _of("perimeters"),
        "the resource manager",
        "the network security perimeters of the hub",
        access=Access.RESOURCE,
        needs=("hub_settings",),
        worth=_in_perimeter,
    ),
    "quota": Probe(_of("quota"), "the resource manager", "the quota of the hub", access=Access.RESOURCE),
    "hub_health": Probe(_of("hub_health"), "Resource Health", "the health of the hub", access=Access.RESOURCE),
    "hub_metrics": Probe(_of("hub_metrics"), "Azure Monitor", "the hub's metrics", access=Access.RESOURCE),
    "endpoint_health": Probe(
        _of("endpoint_health"), "the resource manager", "the health of the endpoints", access=Access.RESOURCE
    ),
    "authorities": Probe(
        _of("authorities"), "the resource manager", "the certificates of the hub", access=Access.RESOURCE
    ),
    "consumer_groups": Probe(
        _of("consumer_groups"), "the resource manager", "the consumer groups of the hub", access=Access.RESOURCE
    ),
    "method_answer": Probe(
        _of("method_answer"),
        "the hub and the device",
        "the answer to the call of the method",
        access=Access.HUB,
        seconds=660.0,  # the hub waits for a device for 600 s at most
        wanted=lambda context, facts: context.typed.method is not None and bool(context.device(facts)),
        disturbs=True,
    ),
    "newest_messages": Probe(
        _of("newest_messages"),
        "the built-in endpoint",
        "the newest messages",
        access=Access.MESSAGES,
        seconds=20.0,
        port=AMQPS_PORT,
        wanted=_names_device,
    ),
    "device_log": Probe(
        _of("device_log"),
        "the resource log",
        "the rows of the resource log",
        access=Access.RESOURCE,
        needs=("registration",),
        needing=_device_is_open,
        wanted=lambda context, facts: context.logs is not None and bool(context.device(facts)),
    ),
    "group_log": Probe(
        _of("group_log"),
        "the resource log",
        "the SDKs and addresses in the resource log",
        access=Access.RESOURCE,
        wanted=lambda context, facts: context.logs is not None and context.typed.group_log is not None,
    ),
    "edge_runtime": Probe(
        _of("edge_runtime"),
        "the hub's registry",
        "the twins of the system modules",
        access=Access.HUB,
        needs=("identity",),
        wanted=_names_device,
        worth=_of_edge,
    ),
    "generation": Probe(
        _of("generation"),
        "the hub's registry",
        "the generation of the identity",
        access=Access.HUB,
        needs=("identity", "newest_messages"),
        wanted=_names_device,
        worth=_sent_and_never_came,
    ),
    "changes": Probe(
        _of("changes"),
        "the resource manager and the hub's registry",
        "the changes",
        access=Access.RESOURCE,
        seconds=60.0,
        wanted=lambda context, facts: context.typed.changes is not None,
    ),
    "route_trace": Probe(
        _of("route_trace"),
        "the resource manager",
        "the trial of the routes",
        access=Access.RESOURCE,
        needs=("hub_settings",),
        seconds=28.0,  # to find the newest message takes up to 12 s
        wanted=lambda context, facts: context.typed.tracing is not None,
    ),
    "clock": Probe(
        _of("clock"),
        "the service's Date header",
        "the answer with the service's time",
        place=Vantage.HERE,
        seconds=30.0,
        wanted=lambda context, facts: bool(context.typed.clock_host),
    ),
    "server_certificate": Probe(
        _of("server_certificate"),
        "the server",
        "the certificate of the server",
        place=Vantage.HERE,
        wanted=_ended_at_a_certificate,
    ),
    "gateway": Probe(
        _of("gateway"),
        "the gateway",
        "the certificates of the gateway",
        place=Vantage.HERE,
        wanted=lambda context, facts: bool(context.typed.gateway),
    ),
    "ways_here": Probe(
        _of("ways_here"),
        "this machine",
        "the tries of all protocols from here",
        place=Vantage.HERE,
        seconds=_NETWORK_SECONDS,
        wanted=_tested_on_device,
    ),
    "resolved": Probe(
        _of("resolved"),
        "the name service",
        "the addresses of the host",
        place=Vantage.HERE,
        seconds=_NETWORK_SECONDS,
        wanted=_names_host,
    ),
    "invented_names": Probe(
        _of("invented_names"),
        "the name service",
        "the addresses of names that do not exist",
        place=Vantage.HERE,
        seconds=_NETWORK_SECONDS,
        wanted=_asks_name_service,
    ),
    "ways": Probe(
        _of("ways"),
        "this machine",
        "the tries of all protocols",
        place=Vantage.HERE,
        seconds=_NETWORK_SECONDS,
        wanted=_names_host,
    ),
    "tls_versions": Probe(
        _of("tls_versions"),
        "the server",
        "the handshakes with one version of TLS each",
        place=Vantage.HERE,
        seconds=_NETWORK_SECONDS,
        wanted=_names_host,
    ),
}
