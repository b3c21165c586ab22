"""All checks by the link that they judge, in the order of the data's way: the table of contents.

To add a check, write its file in the folder of its link and list it here.
"""

from __future__ import annotations

from functools import cache

from azext_iotdiag.checks.admission.central_admits import central_admits
from azext_iotdiag.checks.admission.central_answers import central_answers
from azext_iotdiag.checks.admission.certificate_checkable import certificate_checkable
from azext_iotdiag.checks.admission.certificate_fits_device import certificate_fits_device
from azext_iotdiag.checks.admission.device_changed import device_changed
from azext_iotdiag.checks.admission.device_enabled import device_enabled
from azext_iotdiag.checks.admission.device_found import device_found
from azext_iotdiag.checks.admission.device_known import device_known
from azext_iotdiag.checks.admission.device_let_in import device_let_in
from azext_iotdiag.checks.admission.hub_serves import hub_serves
from azext_iotdiag.checks.admission.id_fits_mqtt import id_fits_mqtt
from azext_iotdiag.checks.admission.identity_fits_enrollment import identity_fits_enrollment
from azext_iotdiag.checks.admission.identity_given import identity_given
from azext_iotdiag.checks.admission.identity_lasts import identity_lasts
from azext_iotdiag.checks.admission.identity_readable import identity_readable
from azext_iotdiag.checks.admission.key_fits_device import key_fits_device
from azext_iotdiag.checks.admission.keys_accepted import keys_accepted
from azext_iotdiag.checks.admission.module_tried import module_tried
from azext_iotdiag.checks.admission.network_lets_in import network_lets_in
from azext_iotdiag.checks.admission.perimeter_lets_in import perimeter_lets_in
from azext_iotdiag.checks.admission.platform_well import platform_well
from azext_iotdiag.checks.admission.sign_in_not_refused import sign_in_not_refused
from azext_iotdiag.checks.admission.sign_ins_accepted import sign_ins_accepted
from azext_iotdiag.checks.admission.tier_offers import tier_offers
from azext_iotdiag.checks.admission.tls_new_enough import tls_new_enough
from azext_iotdiag.checks.commands.cloud_message_settled import cloud_message_settled
from azext_iotdiag.checks.commands.cloud_messages_taken import cloud_messages_taken
from azext_iotdiag.checks.commands.commands_not_refused import commands_not_refused
from azext_iotdiag.checks.commands.desired_answered import desired_answered
from azext_iotdiag.checks.commands.desired_restored import desired_restored
from azext_iotdiag.checks.commands.desired_taken_up import desired_taken_up
from azext_iotdiag.checks.commands.method_answered import method_answered
from azext_iotdiag.checks.commands.method_calls_taken import method_calls_taken
from azext_iotdiag.checks.commands.properties_change import properties_change
from azext_iotdiag.checks.commands.properties_readable import properties_readable
from azext_iotdiag.checks.commands.twin_writes_taken import twin_writes_taken
from azext_iotdiag.checks.commands.uploads_set_up import uploads_set_up
from azext_iotdiag.checks.commands.uploads_taken import uploads_taken
from azext_iotdiag.checks.connection.connection_not_broken import connection_not_broken
from azext_iotdiag.checks.connection.connection_steady import connection_steady
from azext_iotdiag.checks.connection.connections_undisturbed import connections_undisturbed
from azext_iotdiag.checks.connection.device_connected import device_connected
from azext_iotdiag.checks.connection.device_served import device_served
from azext_iotdiag.checks.connection.edge_reports import edge_reports
from azext_iotdiag.checks.connection.gateway_passes_on import gateway_passes_on
from azext_iotdiag.checks.connection.group_connected import group_connected
from azext_iotdiag.checks.device.device_well_by_itself import device_well_by_itself
from azext_iotdiag.checks.device.edge_deployed import edge_deployed
from azext_iotdiag.checks.device.edge_hub_configured import edge_hub_configured
from azext_iotdiag.checks.device.edge_modules_run import edge_modules_run
from azext_iotdiag.checks.device.edge_routes_upstream import edge_routes_upstream
from azext_iotdiag.checks.device.gateway_current import gateway_current
from azext_iotdiag.checks.device.gateway_is_parent import gateway_is_parent
from azext_iotdiag.checks.device.same_works_here import same_works_here
from azext_iotdiag.checks.device.string_can_renew import string_can_renew
from azext_iotdiag.checks.device.string_is_right import string_is_right
from azext_iotdiag.checks.device.token_fits_key import token_fits_key
from azext_iotdiag.checks.device.token_fits_resource import token_fits_resource
from azext_iotdiag.checks.device.token_is_current import token_is_current
from azext_iotdiag.checks.device.token_is_whole import token_is_whole
from azext_iotdiag.checks.ingress.hub_not_throttled import hub_not_throttled
from azext_iotdiag.checks.ingress.messages_not_refused import messages_not_refused
from azext_iotdiag.checks.ingress.messages_taken import messages_taken
from azext_iotdiag.checks.ingress.quota_left import quota_left
from azext_iotdiag.checks.machine.clock_in_sync import clock_in_sync
from azext_iotdiag.checks.network.certificate_right import certificate_right
from azext_iotdiag.checks.network.name_resolved import name_resolved
from azext_iotdiag.checks.network.protocols_usable import protocols_usable
from azext_iotdiag.checks.network.proxy_lets_through import proxy_lets_through
from azext_iotdiag.checks.network.resolver_honest import resolver_honest
from azext_iotdiag.checks.network.root_fits_cloud import root_fits_cloud
from azext_iotdiag.checks.network.service_answers import service_answers
from azext_iotdiag.checks.network.tls_1_2_offered import tls_1_2_offered
from azext_iotdiag.checks.network.tls_not_intercepted import tls_not_intercepted
from azext_iotdiag.checks.payload.model_known import model_known
from azext_iotdiag.checks.payload.sample_fits import sample_fits
from azext_iotdiag.checks.payload.template_assigned import template_assigned
from azext_iotdiag.checks.provisioning.assigned_here import assigned_here
from azext_iotdiag.checks.provisioning.authorities_usable import authorities_usable
from azext_iotdiag.checks.provisioning.device_enrolled import device_enrolled
from azext_iotdiag.checks.provisioning.device_registered import device_registered
from azext_iotdiag.checks.provisioning.dps_serves import dps_serves
from azext_iotdiag.checks.provisioning.hubs_linked import hubs_linked
from azext_iotdiag.checks.provisioning.registration_not_refused import registration_not_refused
from azext_iotdiag.checks.reader.devices_picked import devices_picked
from azext_iotdiag.checks.reader.filters_let_through import filters_let_through
from azext_iotdiag.checks.reader.group_there import group_there
from azext_iotdiag.checks.reader.messages_name_devices import messages_name_devices
from azext_iotdiag.checks.reader.partitions_opened import partitions_opened
from azext_iotdiag.checks.reader.partitions_readable import partitions_readable
from azext_iotdiag.checks.reader.since_reaches_messages import since_reaches_messages
from azext_iotdiag.checks.routing.bodies_routable import bodies_routable
from azext_iotdiag.checks.routing.built_in_reached import built_in_reached
from azext_iotdiag.checks.routing.endpoints_healthy import endpoints_healthy
from azext_iotdiag.checks.routing.message_routed import message_routed
from azext_iotdiag.checks.routing.message_taken import message_taken
from azext_iotdiag.checks.routing.messages_delivered import messages_delivered
from azext_iotdiag.checks.routing.messages_matched import messages_matched
from azext_iotdiag.checks.stream.device_came import device_came
from azext_iotdiag.checks.stream.device_id_exact import device_id_exact
from azext_iotdiag.checks.stream.device_in_stream import device_in_stream
from azext_iotdiag.checks.stream.device_sends import device_sends
from azext_iotdiag.checks.stream.heartbeats_kept import heartbeats_kept
from azext_iotdiag.checks.stream.messages_came import messages_came
from azext_iotdiag.checks.stream.stream_holds_messages import stream_holds_messages
from azext_iotdiag.checks.stream.stream_uninterrupted import stream_uninterrupted
from azext_iotdiag.model.check import ByLink, Check, Link

CHECKS: ByLink = {
    Link.MACHINE: (clock_in_sync,),
    Link.NETWORK: (
        name_resolved,
        resolver_honest,
        proxy_lets_through,
        tls_not_intercepted,
        certificate_right,
        root_fits_cloud,
        service_answers,
        tls_1_2_offered,
        protocols_usable,
    ),
    Link.DEVICE: (
        string_is_right,
        token_is_whole,
        token_is_current,
        token_fits_resource,
        token_fits_key,
        string_can_renew,
        gateway_current,
        gateway_is_parent,
        edge_deployed,
        edge_modules_run,
        edge_hub_configured,
        edge_routes_upstream,
        same_works_here,
        device_well_by_itself,
    ),
    Link.PROVISIONING: (
        dps_serves,
        hubs_linked,
        authorities_usable,
        device_enrolled,
        device_registered,
        assigned_here,
        registration_not_refused,
    ),
    Link.ADMISSION: (
        device_found,
        hub_serves,
        platform_well,
        tier_offers,
        network_lets_in,
        perimeter_lets_in,
        tls_new_enough,
        identity_given,
        device_known,
        identity_lasts,
        identity_fits_enrollment,
        device_enabled,
        id_fits_mqtt,
        keys_accepted,
        identity_readable,
        key_fits_device,
        certificate_fits_device,
        certificate_checkable,
        device_let_in,
        module_tried,
        central_answers,
        central_admits,
        sign_in_not_refused,
        sign_ins_accepted,
        device_changed,
    ),
    Link.CONNECTION: (
        edge_reports,
        gateway_passes_on,
        device_connected,
        device_served,
        connection_steady,
        connection_not_broken,
        connections_undisturbed,
        group_connected,
    ),
    Link.INGRESS: (quota_left, hub_not_throttled, messages_not_refused, messages_taken),
    Link.ROUTING: (
        endpoints_healthy,
        built_in_reached,
        messages_matched,
        messages_delivered,
        bodies_routable,
        message_routed,
        message_taken,
    ),
    Link.STREAM: (
        stream_uninterrupted,
        stream_holds_messages,
        device_id_exact,
        device_sends,
        messages_came,
        device_in_stream,
        device_came,
        heartbeats_kept,
    ),
    Link.PAYLOAD: (model_known, template_assigned, sample_fits),
    Link.READER: (
        group_there,
        devices_picked,
        partitions_readable,
        partitions_opened,
        since_reaches_messages,
        filters_let_through,
        messages_name_devices,
    ),
    Link.COMMANDS: (
        method_answered,
        desired_answered,
        desired_restored,
        properties_readable,
        properties_change,
        desired_taken_up,
        cloud_messages_taken,
        uploads_set_up,
        twin_writes_taken,
        method_calls_taken,
        uploads_taken,
        cloud_message_settled,
        commands_not_refused,
    ),
}

# Judged at a session's end.
OF_SESSIONS = (
    Link.ADMISSION, Link.CONNECTION, Link.INGRESS, Link.ROUTING, Link.STREAM, Link.READER, Link.COMMANDS,
)  # fmt: skip
ALL = tuple(check for checks in CHECKS.values() for check in checks)


def of(*links: Link) -> tuple[Check, ...]:
    """The checks of these links, in the order of the way."""
    return tuple(check for link, checks in CHECKS.items() if link in links for check in checks)


@cache
def link_of(name: str) -> Link:
    """The link that the check of this name judges."""
    return next(link for link, checks in CHECKS.items() if any(check.name == name for check in checks))
