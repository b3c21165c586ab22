"""Arguments of `check`, most of which `report create` takes, too."""

from azure.cli.core.commands.parameters import get_enum_type

from azext_iotdiag._params_target import arguments

SERVICES = (
    "hub_name", "resource_group_name", "auth_type", "login", "app_id", "token", "central_dns_suffix",
    "dps_name", "dps_login",
)  # fmt: skip
LOGIN = (
    "Service connection string of the hub. @FILE reads it from a file; without it and --hub-name the variable "
    "AZURE_IOTDIAG_LOGIN holds it. The policy needs ServiceConnect; with RegistryRead it shows more."
)
_GOALS = ("telemetry", "twin", "methods", "c2d", "file-upload", "connection")  # those of `model.goal`


def check(loader):
    """Register the arguments of `check` with `loader`."""
    with arguments(loader, "iot diag check", *SERVICES, login=LOGIN) as context:
        host(context)
        device(context, help="The device whose data is missing. Without it, the service alone is checked.")
        group(context)
        scope(context)
        _choice(context)
        _form(context)


def host(context):
    """The argument --host."""
    context.argument(
        "host", options_list=["--host"], arg_group="Service",
        help="Host name alone. Its network is tested from this machine, without any login.",
    )  # fmt: skip


def device(context, **device_id):
    """What names a device and tells of it; `device_id` is what differs in the argument of its id."""
    context.argument("device_id", options_list=["--device-id", "-d"], arg_group="Device", **device_id)
    context.argument(
        "connection_string", options_list=["--connection-string", "--cs"], arg_group="Device",
        help="Connection string of the device. It is tried from this machine by one HTTPS request, which ends no "
        "connection of the device. @FILE reads it from a file.",
    )  # fmt: skip
    context.argument(
        "model", options_list=["--model"], arg_group="Device",
        help="Device model by which the last messages of the device are judged: a file, or a DTMI of the public "
        "repository. Without it, only their form is.",
    )  # fmt: skip
    context.argument(
        "device_log", options_list=["--device-log"], arg_group="Device",
        help="File with the log of the device, or - for standard input. Of a large file the last 8 MiB are read. The "
        "codes in it count as what the device saw. Tracking ids are kept, and no other text of the log.",
    )  # fmt: skip
    context.argument(
        "error", options_list=["--error"], nargs="+", arg_group="Device",
        help="Codes or messages that the device got, such as 401003. See the names with az iot diag explain --list.",
    )  # fmt: skip
    context.argument(
        "registration_id", options_list=["--registration-id", "--rid"], arg_group="Device",
        help="Id with which the device registers at the provisioning service. By default that of --device-id.",
    )  # fmt: skip
    context.argument(
        "enrollment_id", options_list=["--enrollment-id", "--eid"], arg_group="Device",
        help="Id of the enrollment group of the device.",
    )  # fmt: skip


def group(context):
    """What picks a group of devices."""
    context.argument(
        "quiet_since", options_list=["--quiet-since"], arg_group="Group",
        help="Check the devices of the hub that are not connected, and of which the hub heard nothing since then, such "
        "as 12h or 2026-11-20T10:00:00Z. The result says what they share against the rest of the fleet.",
    )  # fmt: skip
    context.argument(
        "device_query", options_list=["--device-query", "-q"], arg_group="Group",
        help='Check the devices that this query of the hub picks, such as "SELECT * FROM devices WHERE tags.site = '
        "'north'\". With --quiet-since, only the quiet ones of them.",
    )  # fmt: skip
    context.argument(
        "query_rate", options_list=["--query-rate"], type=int, arg_group="Group",
        help="Queries a minute that the hub allows to all its callers: 20 for each unit of S1 or S2, 1000 for each of "
        "S3. By default 20. A tenth is left to others.",
    )  # fmt: skip


def scope(context):
    """What is missed, and what is measured beside the usual."""
    context.argument(
        "goal", options_list=["--for"], arg_type=get_enum_type(_GOALS), default="telemetry", arg_group="Scope",
        help="What is missed of the device. Other faults stand beside the verdict.",
    )  # fmt: skip
    context.argument(
        "wait", options_list=["--wait"], type=float, arg_group="Scope",
        help="Then wait up to so many seconds for a sign of the device. If none comes, that is a fault.",
    )  # fmt: skip
    context.argument(
        "observe", options_list=["--observe"], type=float, arg_group="Scope",
        help="Then watch the device for so many minutes, for what one look does not show, such as a connection that "
        "comes and goes.",
    )  # fmt: skip
    context.argument(
        "consumer_group", options_list=["--consumer-group", "--cg"], arg_group="Scope",
        help="Consumer group of the reader that gets nothing. The check looks whether the hub has it.",
    )  # fmt: skip
    context.argument(
        "active", options_list=["--active"], action="store_true", arg_group="Scope",
        help="Also call a method that the device need not have. The call reaches the device and changes nothing.",
    )  # fmt: skip
    context.argument(
        "handshake", options_list=["--handshake"], action="store_true", arg_group="Scope",
        help="Also test MQTT, AMQP and WebSocket from this machine. The ids of these tests begin with iot-diag-probe-; "
        "a hub with connection logs gets an entry for each.",
    )  # fmt: skip
    context.argument(
        "transport", options_list=["--transport"], arg_type=get_enum_type(["amqp", "amqp_ws"]), arg_group="Scope",
        help="How messages are read: by AMQP on port 5671, or over WebSocket on port 443. By default over WebSocket "
        "where a proxy is set.",
    )  # fmt: skip


def _choice(context):
    context.argument(
        "only", options_list=["--only"], nargs="+", arg_group="Scope",
        help="Names of checks or links. Only these are judged, and only what they need is measured.",
    )  # fmt: skip
    context.argument(
        "skip", options_list=["--skip"], nargs="+", arg_group="Scope", help="Names of checks or links to leave out."
    )
    context.argument(
        "list_", options_list=["--list"], action="store_true", arg_group="Scope",
        help="List all checks by their links, and ask no service.",
    )  # fmt: skip


def _form(context):
    context.argument(
        "detail", options_list=["--detail"], action="store_true", arg_group="Form", help="Show each check."
    )
    fail_on(context)
    context.argument(
        "save_facts", options_list=["--save-facts"], arg_group="Form",
        help="File for all facts that were measured. It holds ids, hosts and states, and no key, token or message.",
    )  # fmt: skip
    facts(context)
    context.argument(
        "junit", options_list=["--junit"], arg_group="Form", help="File for the checks as test results of JUnit."
    )


def fail_on(context):
    """The argument --fail-on."""
    context.argument(
        "fail_on", options_list=["--fail-on"], arg_type=get_enum_type(["found", "undetermined", "warning"]),
        default="undetermined", arg_group="Form",
        help="What ends with an exit code other than 0. found: a fault (4). undetermined: also an open verdict (5). "
        "warning: also a warning (4).",
    )  # fmt: skip


def facts(context):
    """The argument --facts."""
    context.argument(
        "facts", options_list=["--facts"], arg_group="Form",
        help="File with facts from --save-facts, which are judged again without any network.",
    )  # fmt: skip
