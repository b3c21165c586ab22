"""Every entry, area by area: for what needs them all. Who needs a few asks `lookup.find`, which loads those only."""

from __future__ import annotations

from azext_iotdiag.knowledge import amqp, amqp_peers, central, mqtt, mqtt_twin, network, sdk, stream, tls, tls_client
from azext_iotdiag.knowledge.dps import answers, registration
from azext_iotdiag.knowledge.hub import (
    bad_request,
    bad_request_state,
    configuration,
    conflict,
    connections,
    digital_twin,
    file_upload,
    forbidden,
    forbidden_device,
    models,
    not_found,
    routing,
    routing_log,
    server,
    status,
    throttled,
    too_large,
    unauthorized,
    unavailable,
)
from azext_iotdiag.model.finding import Entry

AREAS = (
    network,
    tls,
    tls_client,
    mqtt,
    mqtt_twin,
    amqp,
    amqp_peers,
    stream,
    sdk,
    status,
    central,
    registration,
    answers,
    bad_request,
    bad_request_state,
    unauthorized,
    forbidden,
    forbidden_device,
    not_found,
    connections,
    conflict,
    too_large,
    throttled,
    server,
    unavailable,
    routing,
    routing_log,
    file_upload,
    configuration,
    digital_twin,
    models,
)
ALL: tuple[Entry, ...] = tuple(value for area in AREAS for value in vars(area).values() if isinstance(value, Entry))
