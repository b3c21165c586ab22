"""All checks in the order in which they run: the table of contents. To add one, write its file and list it here."""

from azext_iotdiag.checks.admission.central_admits import central_admits
from azext_iotdiag.checks.admission.certificate_fits_device import certificate_fits_device
from azext_iotdiag.checks.admission.device_enabled import device_enabled
from azext_iotdiag.checks.admission.device_known import device_known
from azext_iotdiag.checks.admission.device_let_in import device_let_in
from azext_iotdiag.checks.admission.identity_given import identity_given
from azext_iotdiag.checks.admission.identity_readable import identity_readable
from azext_iotdiag.checks.admission.key_fits_device import key_fits_device
from azext_iotdiag.checks.commands.properties_change import properties_change
from azext_iotdiag.checks.commands.properties_readable import properties_readable
from azext_iotdiag.checks.connection.device_connected import device_connected
from azext_iotdiag.checks.connection.device_seen import device_seen
from azext_iotdiag.checks.connection.device_served import device_served
from azext_iotdiag.checks.device.string_is_right import string_is_right
from azext_iotdiag.checks.device.token_fits_key import token_fits_key
from azext_iotdiag.checks.device.token_fits_resource import token_fits_resource
from azext_iotdiag.checks.device.token_is_current import token_is_current
from azext_iotdiag.checks.device.token_is_whole import token_is_whole
from azext_iotdiag.checks.machine.clock_in_sync import clock_in_sync
from azext_iotdiag.checks.payload.model_known import model_known
from azext_iotdiag.checks.payload.template_assigned import template_assigned
from azext_iotdiag.checks.provisioning.assigned_here import assigned_here
from azext_iotdiag.checks.provisioning.device_enrolled import device_enrolled
from azext_iotdiag.checks.provisioning.device_registered import device_registered
from azext_iotdiag.checks.reader.devices_picked import devices_picked
from azext_iotdiag.checks.reader.filters_let_through import filters_let_through
from azext_iotdiag.checks.reader.messages_name_devices import messages_name_devices
from azext_iotdiag.checks.reader.partitions_opened import partitions_opened
from azext_iotdiag.checks.reader.partitions_readable import partitions_readable
from azext_iotdiag.checks.reader.since_reaches_messages import since_reaches_messages
from azext_iotdiag.checks.stream.device_id_exact import device_id_exact
from azext_iotdiag.checks.stream.device_sends import device_sends
from azext_iotdiag.checks.stream.heartbeats_kept import heartbeats_kept
from azext_iotdiag.checks.stream.messages_came import messages_came
from azext_iotdiag.checks.stream.stream_holds_messages import stream_holds_messages
from azext_iotdiag.checks.stream.stream_uninterrupted import stream_uninterrupted

GROUPS = {
    "hub": (devices_picked,),
    "properties": (properties_readable, properties_change),
    "stream": (
        partitions_readable,
        partitions_opened,
        stream_uninterrupted,
        stream_holds_messages,
        since_reaches_messages,
        filters_let_through,
        messages_name_devices,
        device_id_exact,
        device_sends,
        messages_came,
        heartbeats_kept,
    ),
    "environment": (clock_in_sync,),
    "sas": (token_is_whole, token_is_current, token_fits_resource, token_fits_key),
    "key": (string_is_right, identity_readable, key_fits_device, certificate_fits_device, device_let_in),
    "identity": (device_known, device_enabled, device_seen),
    "device": (identity_given, device_served),
    "status": (
        device_enrolled,
        device_registered,
        assigned_here,
        device_connected,
        model_known,
        central_admits,
        template_assigned,
    ),
}

ALL = tuple(check for group in GROUPS.values() for check in group)
