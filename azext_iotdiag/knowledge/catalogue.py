"""Look-up over all entries, by code or by any name under which a service or client reports the same."""

from __future__ import annotations

from azext_iotdiag.knowledge import (
    amqp,
    device,
    message,
    models,
    mqtt,
    network,
    payload,
    properties,
    registry,
    stream,
    template,
    tls,
)
from azext_iotdiag.model.finding import Entry

AREAS = (network, tls, mqtt, device, amqp, registry, stream, message, payload, properties, template, models)
ALL: tuple[Entry, ...] = tuple(value for area in AREAS for value in vars(area).values() if isinstance(value, Entry))

_BY_NAME = {name.lower(): entry for entry in ALL for name in (entry.code, *entry.aliases)}


def find(name: str) -> Entry | None:
    """The entry with this code or alias, in any case; None where there is none."""
    return _BY_NAME.get(name.strip().lower())
