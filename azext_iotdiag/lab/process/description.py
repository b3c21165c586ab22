"""How to reach a lab: endpoints, connection strings, and the environment under which other programs find it."""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from azext_iotdiag import lab_shell
from azext_iotdiag.lab.central.application import TOKEN_NAME, Central
from azext_iotdiag.lab.dps.service import GLOBAL_HOST, SYMMETRIC_KEY, Dps
from azext_iotdiag.lab.hub.hub import Hub
from azext_iotdiag.lab.hub.identities import Policy
from azext_iotdiag.lab.lab import Lab
from azext_iotdiag.lab.net import machine
from azext_iotdiag.lab.process import folder as files
from azext_iotdiag.lab.process.ports import HOST, REAL, hosts_line

VERSION = 1
AMQPS, MQTTS, HTTPS = 5671, 8883, 443
_PEM_HEADER = b"-----BEGIN CERTIFICATE-----"


def describe(
    name: str,
    lab: Lab,
    ports: Mapping[str, int],
    folder: Path,
    instance: str = "",
    address: str = HOST,
    *,
    lan: bool = False,
) -> dict[str, Any]:
    """What `lab start` hands out, with the lab's own keys in it. `ports` are those of the services.

    `address` is where the services for clients of the hub listen.

    `lan` says that the local network reaches them, too. `instance` tells this lab from another that has its name later.
    """
    hub, dps = lab.hub, lab.provisioning[0]
    stream = hub.stream
    hubs = [each.hub for each in lab.hubs]
    connect_to = ",".join(
        f"{host}:{port}={address}:{ports[service]}"
        for host, port, service in (
            *((each.host, *way) for each in hubs for way in ((AMQPS, "amqp"), (MQTTS, "mqtt"), (HTTPS, "https"))),
            *((host, *way) for each in hubs for host in each.namespaces for way in ((AMQPS, "amqp"), (HTTPS, "https"))),
            *((each.host, HTTPS, "https") for each in lab.apps),
            (GLOBAL_HOST, MQTTS, "mqtt"), (GLOBAL_HOST, HTTPS, "https"), (dps.host, HTTPS, "https"),
        )
    )  # fmt: skip
    ca_file, bundle = str(folder / files.CA), str(folder / files.CA_BUNDLE)
    return {
        "version": VERSION,
        "name": name,
        "state": "running",
        "hub": hub.host,
        "endpoints": {
            "amqps": f"{address}:{ports['amqp']}",
            "mqtts": f"{address}:{ports['mqtt']}",
            "https": f"{address}:{ports['https']}",
            "identity": f"{HOST}:{ports['identity']}",
            "proxy": f"{HOST}:{ports['proxy']}",
            "namespace": stream.host,
        },
        "connectionStrings": {
            "service": _hub_string(hub, hub.policies["service"]),
            "iothubowner": _hub_string(hub, hub.policies["iothubowner"]),
            "eventHub": f"Endpoint=sb://{stream.host}/;SharedAccessKeyName=service;"
            f"SharedAccessKey={hub.policies['service'].primary.reveal()};EntityPath={stream.entity}",
            "provisioning": _hub_string(dps, next(iter(dps.policies.values()))),
            "devices": {
                device.device_id: f"HostName={hub.host};DeviceId={device.device_id};"
                f"SharedAccessKey={device.primary.reveal()}"
                for device in hub.devices.values()
            },
        },
        "provisioning": {
            "host": GLOBAL_HOST,
            "idScope": dps.id_scope,
            "enrollmentGroups": {
                group.id: group.attestation.primary.reveal()
                for group in dps.groups.values()
                if group.attestation.type == SYMMETRIC_KEY
            },
        },
        "central": [_central(app) for app in lab.apps],
        "caFile": ca_file,
        "environment": {
            "AZURE_IOTDIAG_CONNECT_TO": connect_to,
            "REQUESTS_CA_BUNDLE": bundle,
            "SSL_CERT_FILE": bundle,
            "NODE_EXTRA_CA_CERTS": ca_file,
            # A lab within another program has no file by which a shell could find it.
            **({lab_shell.LAB: lab_shell.name_for(folder, instance)} if instance else {}),
        },
        "environmentFile": str(folder / files.ENVIRONMENT),
        **({"hostsLine": _hosts_line(lab, address)} if ports["mqtt"] == MQTTS else {}),
        **({"lan": _lan(lab, ports)} if lan else {}),
    }


def _lan(lab: Lab, ports: Mapping[str, int]) -> dict[str, Any]:
    """How other machines of the local network reach the lab."""
    addresses = machine.addresses()
    return {
        "addresses": addresses,
        "names": machine.names(),
        "ports": {service: ports[service] for service in REAL},
        "hostsLines": [_hosts_line(lab, address) for address in addresses],
    }


def _hosts_line(lab: Lab, address: str) -> str:
    """What leads clients with fixed ports to the lab, as a line of the file of hosts."""
    return hosts_line(address, (lab.hub.host, *lab.hub.namespaces, lab.provisioning[0].host, GLOBAL_HOST))


def _central(app: Central) -> dict[str, Any]:
    """An IoT Central application, a token for its API, and what its devices sign in with at their hubs."""
    return {
        "appId": app.app.subdomain,
        "host": app.host,
        "token": app.tokens[TOKEN_NAME].text(app.app.id),
        "devices": {device_id: app.connection_string(member) for device_id, member in app.members.items()},
    }


def write(description: Mapping[str, Any], ca_pem: bytes, folder: Path) -> None:
    """Write the files that the description names. Raises OSError."""
    files.write_private(folder / files.CA, ca_pem)
    files.write_private(folder / files.CA_BUNDLE, _public_roots(folder.parent) + ca_pem)
    title = f"The lab {description['name']!r} of az iot diag"
    files.write_loaded(folder / files.ENVIRONMENT, title, description["environment"])


def _hub_string(owner: Hub | Dps, policy: Policy) -> str:
    return f"HostName={owner.host};SharedAccessKeyName={policy.name};SharedAccessKey={policy.primary.reveal()}"


def _public_roots(labs: Path) -> bytes:
    """The authorities that az trusts without the lab, so that its other commands go on working beside it."""
    for candidate in _root_files():
        path = Path(candidate)
        if labs in path.absolute().parents:  # a shell with another lab's environment must not pass that lab on
            continue
        try:
            pem = path.read_bytes()
        except OSError:
            continue
        if _PEM_HEADER in pem:
            return pem if pem.endswith(b"\n") else pem + b"\n"
    return b""


def _root_files() -> list[str]:
    """Where they may be, in the order in which requests, and so az, looks."""
    import certifi

    named = [os.environ.get(variable, "") for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")]
    return [path for path in (*named, certifi.where(), ssl.get_default_verify_paths().cafile) if path]
