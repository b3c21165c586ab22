"""Arguments of the commands that reach a device through its hub: `method` and `twin`."""

from azext_iotdiag._params.target import arguments, option

_HUB = ("hub_name", "resource_group_name", "auth_type", "login")
_STRING = (
    "Service connection string of the hub. The policy needs ServiceConnect. @FILE reads it from a file. If neither "
    "this option nor --hub-name is given, the variable AZURE_IOTDIAG_LOGIN holds the string."
)


def commands(loader):
    """Register the arguments of these commands with `loader`."""
    _method(loader)
    _twin(loader)
    _message(loader)


def _device(context):
    option(context, "device_id")
    option(context, "module_id")


def _method(loader):
    with arguments(loader, "iot diag method ping", *_HUB, login=_STRING) as context:
        _device(context)
        context.argument(
            "method_name",
            options_list=["--method-name", "--mn"],
            help="Method to call. By default a name that no device has: any answer then shows that the device can be "
            "called. A method that you name is carried out.",
        )
        context.argument(
            "method_payload",
            options_list=["--method-payload", "--mp"],
            help="JSON for the method. @FILE reads it from a file.",
        )
        context.argument(
            "timeout",
            options_list=["--timeout", "--to", "-t"],
            type=int,
            default=30,
            help="Seconds that the hub waits for the device's answer, 5 to 300.",
        )
        context.argument(
            "connect_timeout",
            options_list=["--connect-timeout", "--mct"],
            type=int,
            default=0,
            help="Seconds that the hub waits for the device to connect, 0 to 300. With 0 the device must be connected.",
        )


def _twin(loader):
    with arguments(loader, "iot diag twin test", *_HUB, login=_STRING) as context:
        _device(context)
        context.argument(
            "property_",
            options_list=["--property"],
            help="NAME=VALUE: the desired property to set. VALUE is JSON or a text. By default a name that no device "
            "knows. A healthy device can be silent about such a name.",
        )
        context.argument(
            "timeout",
            options_list=["--timeout", "--to", "-t"],
            type=int,
            default=30,
            help="Seconds to wait for the device's answer.",
        )
        option(context, "yes", help="Do not ask before the change of the property.")


def _message(loader):
    with arguments(loader, "iot diag message send", *_HUB, login=_STRING) as context:
        option(context, "device_id")
        context.argument(
            "data", options_list=["--data", "--da"], help="Body of the message. @FILE reads it from a file."
        )
        context.argument(
            "properties",
            options_list=["--properties", "-p"],
            nargs="+",
            help="Properties of the message: NAME=VALUE NAME=VALUE.",
        )
        context.argument(
            "content_type", options_list=["--content-type", "--ct"], help="Type of the body, such as application/json."
        )
        context.argument(
            "message_id", options_list=["--message-id", "--mid"], help="Id of the message. By default a random id."
        )
        context.argument(
            "expire_after",
            options_list=["--expire-after"],
            type=int,
            help="Seconds for which the message waits for its device, 1 to 172800. By default as the hub is set: 3600.",
        )
        context.argument(
            "wait",
            options_list=["--wait", "-w"],
            action="store_true",
            help="Wait until the hub reports whether the device completed the message.",
        )
        context.argument(
            "timeout",
            options_list=["--timeout", "--to", "-t"],
            type=int,
            default=60,
            help="Seconds to wait for the feedback with --wait.",
        )
