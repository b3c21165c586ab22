"""Arguments of the commands that look into a hub's settings and their history: `route`, `changes`."""

from azure.cli.core.commands.parameters import get_enum_type

from azext_iotdiag._params.target import arguments, option

_HUB = ("hub_name", "resource_group_name", "auth_type")
_SOURCES = ("activity-log", "settings", "roles", "certificates", "deployments", "twin", "advisor")


def changes(loader):
    """Register the arguments of these commands with `loader`."""
    _route(loader)
    _changes(loader)


def _route(loader):
    with arguments(loader, "iot diag route trace", *_HUB) as context:
        option(
            context,
            "device_id",
            arg_group="Message",
            help="Device whose newest message is used, if you give no other message. Conditions on the twin read the "
            "twin of this device.",
        )
        context.argument(
            "body", options_list=["--body"], arg_group="Message",
            help="Body of a message to try. @FILE reads it from a file. A condition looks into a body only where "
            "--system-properties names the content type and the content encoding.",
        )  # fmt: skip
        context.argument(
            "app_properties", options_list=["--app-properties", "--ap"], arg_group="Message",
            help='Properties that the device adds, as a JSON object: {"level": "high"}.',
        )  # fmt: skip
        context.argument(
            "system_properties", options_list=["--system-properties", "--sp"], arg_group="Message",
            help='System properties of the message, as a JSON object: {"contentType": "application/json", '
            '"contentEncoding": "utf-8"}.',
        )  # fmt: skip
        option(
            context,
            "file",
            arg_group="Message",
            help="Files or folders with recorded messages, as for validate messages. The command takes the last "
            "message, or the last message of --device-id.",
        )
        context.argument(
            "endpoint", options_list=["--endpoint"], arg_group="Message",
            help="Name of the endpoint where the message is wanted. By default the built-in one, events.",
        )  # fmt: skip
        option(
            context,
            "transport",
            arg_group="Message",
            help="Protocol to read the newest message with: AMQP on port 5671, or WebSocket on port 443.",
        )


def _changes(loader):
    with arguments(loader, "iot diag changes show", *_HUB) as context:
        option(context, "device_id", help="Device whose twin and identity are also read.")
        option(
            context,
            "since",
            default="7d",
            help="Show what changed at this time or later: an ISO 8601 time, or a time ago such as 10m, 2h or 1d. "
            "A time without a zone is UTC. At most 90 days ago.",
        )
        option(context, "only", arg_type=get_enum_type(_SOURCES), help="Sources to read. By default all of them.")
