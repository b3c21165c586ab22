"""Arguments of `report create`: those of `check` that say what is diagnosed, and what support asks."""

import argparse

from azure.cli.core.commands.parameters import get_enum_type

from azext_iotdiag._params import check as check_params
from azext_iotdiag._params.target import arguments, option


class _Devices(argparse.Action):
    """Up to three ids: the first is the device that is diagnosed, as in every command, the others stand beside it."""

    def __call__(self, parser, namespace, values, option_string=None):
        namespace.device_id, namespace.other_device_ids = values[0], tuple(values[1:])


def report(loader):
    """Register the arguments of `report create` with `loader`."""
    with arguments(loader, "iot diag report create", *check_params.SERVICES, login=check_params.LOGIN) as context:
        check_params.host(context)
        check_params.device(
            context, nargs="+", action=_Devices,
            help="Up to three devices whose data is missing. The command diagnoses the first device, and the report "
            "names all of them. Without this option, the command diagnoses the service alone.",
        )  # fmt: skip
        check_params.group(context)
        check_params.scope(context)
        check_params.fail_on(context)
        check_params.facts(context)
        _ticket(context)
        _files(context)


def _ticket(context):
    context.argument(
        "started", options_list=["--started"], arg_group="Ticket",
        help="When the trouble began, such as 2026-11-20T10:00:00Z or 12h for 12 hours ago.",
    )  # fmt: skip
    context.argument(
        "protocol", options_list=["--protocol"], arg_group="Ticket",
        arg_type=get_enum_type(["mqtt", "mqtt_ws", "amqp", "amqp_ws", "https"]),
        help="Protocol of the device. By default, as the resource log of the hub shows it.",
    )  # fmt: skip
    context.argument(
        "sdk", options_list=["--sdk"], arg_group="Ticket",
        help="SDK or client of the device, such as azure-iot-device. By default, as the resource log shows it.",
    )  # fmt: skip
    context.argument(
        "sdk_version", options_list=["--sdk-version"], arg_group="Ticket",
        help="Version of the SDK. By default, as the resource log shows it.",
    )  # fmt: skip
    context.argument(
        "language", options_list=["--language"], arg_group="Ticket",
        help="Programming language of the device. By default, that of the SDK in the resource log.",
    )  # fmt: skip
    context.argument(
        "tracking_id", options_list=["--tracking-id"], nargs="+", arg_group="Ticket",
        help="Tracking ids from errors of the device, each with its time: ID=2026-11-20T10:00:00Z. Ids that the "
        "diagnosis meets are added.",
    )  # fmt: skip


def _files(context):
    option(
        context,
        "to_file",
        arg_group="Files",
        help="Name of the two files, without an ending: NAME.html and NAME.json. By default, the name of the device or "
        "service with the time.",
    )
    option(context, "overwrite", default=False, arg_group="Files", help="Replace existing files.")
