"""The arguments of `logs`, `metrics` and `health`."""

from azext_iotdiag._params.target import handed_over, option, service


def monitor(loader):
    """Register the arguments with `loader`."""
    with loader.argument_context("iot diag logs errors") as context:
        _service(context)
        _no_log(context)
        option(
            context,
            "file",
            help="Space-separated files and folders with exported rows of AzureDiagnostics, or - for standard input. "
            "CSV of the portal, JSON of a query, or the records that a diagnostic setting archives. Each also in gzip.",
        )
        option(
            context,
            "device_id",
            help="Show the errors of this device only. * stands for any text, ? for one character.",
        )
        context.argument(
            "timeline",
            options_list=["--timeline"],
            action="store_true",
            help="Also show each row of the device that --device-id names.",
        )
        _since(context)
    errors = (*_NAMED, "app_id", "file", "device_id", "timeline", "since")
    handed_over(loader, "iot diag logs errors", *errors)

    _query(loader)
    _settings(loader)
    _health(loader)
    with loader.argument_context("iot diag metrics show") as context:
        _service(context)
        _app(context)
        option(
            context,
            "since",
            default="30m",
            help="Show the metrics from this time on: a time ago such as 30m, 2h or 7d, or an ISO 8601 time.",
        )
    handed_over(loader, "iot diag metrics show", *_NAMED, "app_id", "since")


def _since(context):
    option(
        context,
        "since",
        default="1d",
        help="Read the rows of a workspace from this time on: a time ago such as 30m, 2h or 7d, or an ISO 8601 time.",
    )


def _query(loader):
    with loader.argument_context("iot diag logs query") as context:
        _service(context)
        _no_log(context)
        _since(context)
        context.argument("list", options_list=["--list"], action="store_true", help="List the saved queries.")
        context.argument("saved", options_list=["--saved"], help="Name of a saved query. --list shows all.")
        context.argument(
            "kql", options_list=["--kql"], help="Text of a query of your own in KQL. @FILE reads it from a file."
        )
        context.argument(
            "parameters",
            options_list=["--parameters"],
            nargs="+",
            help="Space-separated values for a saved query, each as NAME=VALUE.",
        )
        option(
            context, "device_id", help="Show the rows of this device only, in a saved query with the parameter device."
        )
    more = ("since", "list", "saved", "kql", "parameters", "device_id")
    handed_over(loader, "iot diag logs query", *_NAMED, "app_id", *more)


_NAMED = ("hub_name", "resource_group_name", "dps_name")


def _health(loader):
    with loader.argument_context("iot diag health show") as context:
        _service(context)
        _app(context)
    handed_over(loader, "iot diag health show", *_NAMED, "app_id")


def _app(context):
    service(context, "app_id", app_id="Name, id or address of the IoT Central application, in place of a hub.")


def _no_log(context):
    service(
        context,
        "app_id",
        app_id="An IoT Central application. It has no connection log: the command says what to use instead.",
    )


def _service(context):
    service(
        context,
        *_NAMED,
        dps_name="Name or host name of the Device Provisioning Service, in place of a hub.",
        resource_group_name="Resource group of the service that you name.",
    )


def _settings(loader):
    for command, more in (("status", ()), ("enable", ("workspace", "dry_run", "yes")), ("disable", ("dry_run", "yes"))):
        with loader.argument_context(f"iot diag logs {command}") as context:
            _service(context)
            _no_log(context)
            context.argument(
                "workspace",
                options_list=["--workspace", "-w"],
                help="Name or id of the Log Analytics workspace. By default the workspace of the other settings, or "
                "the only workspace of the resource group or of the subscription.",
            )
            option(context, "dry_run")
            option(context, "yes")
        handed_over(loader, f"iot diag logs {command}", *_NAMED, "app_id", *more)
