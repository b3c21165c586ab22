"""The arguments of `alert`."""

from azure.cli.core.commands.parameters import get_enum_type

from azext_iotdiag._params.target import handed_over, option, service

_HUB = ("hub_name", "resource_group_name")
_CHANGE = ("dry_run", "yes")
_CREATE = ("on", "threshold", "dynamic", "device_id", "within", "email", "action_group")
_SUBJECTS = ("connected-devices", "throttled", "dropped", "orphaned", "incompatible", "quota")


def alert(loader):
    """Register the arguments with `loader`."""
    for command in ("create", "list", "delete"):
        with loader.argument_context(f"iot diag alert {command}") as context:
            service(context, *_HUB)
            option(context, "dry_run")
            option(context, "yes")
    _create(loader)
    with loader.argument_context("iot diag alert delete") as context:
        context.argument(
            "names",
            options_list=["--name"],
            nargs="+",
            help="Space-separated names of rules. By default all that this tool made for the hub.",
        )
        context.argument(
            "with_action_group",
            options_list=["--with-action-group"],
            action="store_true",
            help="Delete the action group az-iot-diag, too, if no other metric alert or log alert uses it.",
        )
    handed_over(loader, "iot diag alert create", *_HUB, *_CREATE, *_CHANGE)
    handed_over(loader, "iot diag alert list", *_HUB)
    handed_over(loader, "iot diag alert delete", *_HUB, "names", "with_action_group", *_CHANGE)


def _create(loader):
    with loader.argument_context("iot diag alert create") as context:
        context.argument(
            "on",
            options_list=["--on"],
            nargs="+",
            arg_type=get_enum_type(_SUBJECTS),
            help="Problems to alert about, space-separated. Each gets a rule of its own. By default connected-devices.",
        )
        context.argument(
            "threshold",
            options_list=["--threshold"],
            type=float,
            help="Alert below this number of connected devices, or above this number of all other counts, in 5 min. "
            "By default the command proposes a number from the last 14 days.",
        )
        context.argument(
            "dynamic",
            options_list=["--dynamic"],
            arg_type=get_enum_type(["low", "medium", "high"]),
            help="Let Azure learn the threshold, with this sensitivity.",
        )
        option(
            context,
            "device_id",
            help="Alert about this device, from the log of connections. The log must be collected.",
        )
        context.argument(
            "within",
            options_list=["--within"],
            help="With --device-id: alert if the device has not connected again within this time, from 15m to 5h. By "
            "default 30m.",
        )
        context.argument(
            "email",
            options_list=["--email"],
            nargs="+",
            help="Space-separated e-mail addresses to notify, through the action group az-iot-diag.",
        )
        context.argument(
            "action_group", options_list=["--action-group"], help="Name or id of an action group to notify."
        )
