"""A lab whose ports are open: how it is, what breaks it, and its end."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from azext_iotdiag.lab.audit.log import iso
from azext_iotdiag.lab.keep.store import Keeper
from azext_iotdiag.lab.lab import Lab
from azext_iotdiag.lab.net import listener
from azext_iotdiag.lab.process.ports import HOST
from azext_iotdiag.lab.scenarios.scenario import Scenario

_FAREWELL_SECONDS = 0.1


@dataclass
class Running:
    """A lab whose ports are open: "amqp", "mqtt", "https", "identity", "proxy" and "control".

    `since` is in seconds since 1970.

    `host` is the address of those for clients of the hub. `notes` says what turned out otherwise than asked for.
    `stopped` is set when a client asked the lab to end; the starter then calls `close`.
    """

    lab: Lab
    ca_pem: bytes
    token: str = field(repr=False)
    since: float
    listeners: dict[str, listener.Listener] = field(default_factory=dict)
    stopped: asyncio.Event = field(default_factory=asyncio.Event)
    scenario: Scenario | None = None
    host: str = HOST
    notes: list[str] = field(default_factory=list)
    keeper: Keeper | None = None
    tasks: list[asyncio.Future[None]] = field(default_factory=list)

    @property
    def ports(self) -> dict[str, int]:
        """The port of each service."""
        return {service: listening.port for service, listening in self.listeners.items()}

    async def close(self) -> None:
        """Close every port and end every connection."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*(listening.close() for listening in self.listeners.values()))

    def status(self, audit: int = 0, *, routine: bool = False) -> dict[str, Any]:
        """How the lab is, with its last `audit` records, routine included where wanted, and without any key."""
        hub, faults = self.lab.hub, self.lab.faults.active()
        doing = {each.device: each.doing for each in self.scenario.residents} if self.scenario else {}
        status = {
            "state": "running",
            "scenario": self.scenario.name if self.scenario else None,
            "since": iso(self.since),
            "hub": hub.host,
            "endpoints": {
                "amqps": f"{self.host}:{self.ports['amqp']}",
                "mqtts": f"{self.host}:{self.ports['mqtt']}",
                "https": f"{self.host}:{self.ports['https']}",
                "identity": f"{HOST}:{self.ports['identity']}",
                "proxy": f"{HOST}:{self.ports['proxy']}",
                "namespace": hub.stream.host,
            },
            **({"kept": self.keeper.status()} if self.keeper else {}),
            **self._routed(),
            "faults": [{"name": name, "parameters": parameters} for name, parameters in faults.items()],
            "devices": [
                {
                    "id": device.device_id,
                    "connected": device.connected,
                    "lastActivity": None if device.last_activity is None else iso(device.last_activity),
                    **({"doing": doing[device.device_id]} if device.device_id in doing else {}),
                }
                for device in hub.devices.values()
            ],
            "counts": {
                "connections": sum(self.listeners[service].connections for service in ("amqp", "mqtt", "https")),
                "events": sum(each.next_sequence - each.began for each in hub.stream.partitions.values()),
                **self.lab.audit.counts(),
            },
        }
        if not audit:
            return status
        log = self.lab.audit
        left_out = 0 if routine else log.number() - log.number(routine=False)
        records = [record.data() for record in log.recent(audit, routine=routine)]
        return {**status, "audit": records, "auditLeftOut": left_out}

    def _routed(self) -> dict[str, Any]:
        """The custom endpoints of the hubs, where they have any."""
        rows = [
            {
                "name": each.name,
                "messages": each.count,
                "health": each.health,
                "file": str(runtime.routing.file(each.name)),
            }
            for runtime in (self.lab.runtime, *self.lab.further)
            for each in runtime.routing.endpoints(runtime.hub.settings)
            if runtime.routing.folder is not None
        ]
        return {"endpointFiles": rows} if rows else {}

    def break_(self, fault: str, parameters: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Turn a fault on and return it with all its parameters. Raises BadFault."""
        values = self.lab.faults.start(fault, parameters)
        self.lab.audit.record("control", "fault", "accepted", reason=f"{fault} starts", **values)
        return {"fault": fault, "parameters": values}

    def mend(self, fault: str | None = None) -> dict[str, Any]:
        """Turn one fault off, or all, and return which were on. Raises BadFault."""
        ended = self.lab.faults.end(fault)
        for name in ended:
            self.lab.audit.record("control", "fault", "ended", reason=f"{name} ends")
        return {"mended": ended}

    def stop(self) -> None:
        """Ask for the end of the lab, in a moment, so that the answer to the client leaves before."""
        asyncio.get_running_loop().call_later(_FAREWELL_SECONDS, self.stopped.set)
