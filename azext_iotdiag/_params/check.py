"""Arguments of `check`, most of which `report create` takes, too."""

from azure.cli.core.commands.parameters import get_enum_type

from azext_iotdiag._params.target import arguments, option

SERVICES = (
    "hub_name", "resource_group_name", "auth_type", "login", "app_id", "token", "central_dns_suffix",
    "dps_name", "dps_login",
)  # fmt: skip
LOGIN = (
    "Service connection string of the hub. @FILE reads it from a file. If neither this option nor --hub-name is given, "
    "the variable AZURE_IOTDIAG_LOGIN holds the string. The policy needs ServiceConnect. With RegistryRead you see "
    "more."
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
    option(
        context,
        "host",
        arg_group="Service",
        help="Host name alone. Its network is tested from this machine, without any login.",
    )


def device(context, **device_id):
    """What names a device and tells of it; `device_id` is what differs in the argument of its id."""
    option(context, "device_id", arg_group="Device", **device_id)
    option(
        context,
        "connection_string",
        arg_group="Device",
        help="Connection string of the device. The command tries it from this machine with one HTTPS request, which "
        "ends no connection of the device. @FILE reads it from a file.",
    )
    context.argument(
        "model", options_list=["--model"], arg_group="Device",
        help="Device model for the last messages of the device: a file, or a DTMI of the public repository. Without "
        "it, only the form of the messages is judged.",
    )  # fmt: skip
    context.argument(
        "device_log", options_list=["--device-log"], arg_group="Device",
        help="File with the log of the device, or - for standard input. Of a large file, the command reads the last 8 "
        "MiB. The codes in it count as errors that the device saw. The command keeps tracking ids, and no other text "
        "of the log.",
    )  # fmt: skip
    context.argument(
        "error", options_list=["--error"], nargs="+", arg_group="Device",
        help="Codes or messages that the device got, such as 401003. See the names with az iot diag explain --list.",
    )  # fmt: skip
    option(
        context,
        "registration_id",
        arg_group="Device",
        help="Id with which the device registers at the provisioning service. By default that of --device-id.",
    )
    option(context, "enrollment_id", arg_group="Device", help="Id of the enrollment group of the device.")


def group(context):
    """What picks a group of devices."""
    option(
        context,
        "quiet_since",
        arg_group="Group",
        help="Check the devices of the hub that are not connected and have sent no sign since then, such as 12h or "
        "2026-11-20T10:00:00Z. The result compares these devices with the rest of the fleet, and names what they "
        "share.",
    )
    option(
        context,
        "device_query",
        arg_group="Group",
        help='Check the devices that this query of the hub selects, such as "SELECT * FROM devices WHERE tags.site = '
        "'north'\". With --quiet-since, only the quiet devices of the query.",
    )
    option(
        context,
        "query_rate",
        arg_group="Group",
        help="Queries a minute that the hub allows to all its callers: 20 for each unit of S1 or S2, 1000 for each of "
        "S3. By default 20. The command leaves a tenth to other callers.",
    )


def scope(context):
    """What is missed, and what is measured beside the usual."""
    context.argument(
        "goal", options_list=["--for"], arg_type=get_enum_type(_GOALS), default="telemetry", arg_group="Scope",
        help="Function of the device that does not work. The verdict is about this function, and other faults are "
        "listed beside it.",
    )  # fmt: skip
    context.argument(
        "wait", options_list=["--wait"], type=float, arg_group="Scope",
        help="After the check, wait up to this many seconds for a sign of the device. If no sign comes, that is a "
        "fault.",
    )  # fmt: skip
    context.argument(
        "observe", options_list=["--observe"], type=float, arg_group="Scope",
        help="After the check, watch the device for this many minutes. This finds faults that a single look does not "
        "show, such as a connection that comes and goes.",
    )  # fmt: skip
    context.argument(
        "consumer_group", options_list=["--consumer-group", "--cg"], arg_group="Scope",
        help="Consumer group of the reader that gets nothing. The check finds out whether the hub has this group.",
    )  # fmt: skip
    context.argument(
        "active", options_list=["--active"], action="store_true", arg_group="Scope",
        help="Also call a method that the device need not have. The call reaches the device and changes nothing.",
    )  # fmt: skip
    context.argument(
        "handshake", options_list=["--handshake"], action="store_true", arg_group="Scope",
        help="Also test MQTT, AMQP and WebSocket from this machine. The ids of these tests begin with "
        "iot-diag-probe-. A hub with connection logs gets an entry for each test.",
    )  # fmt: skip
    option(
        context,
        "transport",
        arg_group="Scope",
        help="Protocol to read messages with: AMQP on port 5671, or WebSocket on port 443. By default WebSocket if a "
        "proxy is set.",
    )


def _choice(context):
    option(
        context,
        "only",
        arg_group="Scope",
        help="Names of checks or links. The command judges only these checks, and measures only the facts that they "
        "need.",
    )
    context.argument(
        "skip", options_list=["--skip"], nargs="+", arg_group="Scope", help="Names of checks or links to leave out."
    )
    context.argument(
        "list_", options_list=["--list"], action="store_true", arg_group="Scope",
        help="List all checks by their links, and contact no service.",
    )  # fmt: skip


def _form(context):
    context.argument(
        "detail", options_list=["--detail"], action="store_true", arg_group="Form", help="Show each check."
    )
    fail_on(context)
    context.argument(
        "save_facts", options_list=["--save-facts"], arg_group="Form",
        help="File for all measured facts. It holds ids, hosts and states, and no key, token or message.",
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
        help="Result that ends with an exit code other than 0. found: a fault (4). undetermined: also an open verdict "
        "(5). warning: also a warning (4).",
    )  # fmt: skip


def facts(context):
    """The argument --facts."""
    option(
        context,
        "facts",
        arg_group="Form",
        help="File with facts from --save-facts. The command judges them again without any network.",
    )
