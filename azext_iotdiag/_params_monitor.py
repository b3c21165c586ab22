"""The arguments of `logs`."""


def monitor(loader):
    """Register the arguments with `loader`."""
    with loader.argument_context("iot diag logs errors") as context:
        context.argument(
            "file",
            options_list=["--file", "-f"],
            nargs="+",
            help="Space-separated files and folders with exported rows of AzureDiagnostics, or - for standard input. "
            "CSV of the portal, JSON of a query, or the records that a diagnostic setting archives. Each also in gzip.",
        )
        context.argument(
            "device_id",
            options_list=["--device-id", "-d"],
            help="Show the errors of this device only. * stands for any text, ? for one character.",
        )
        context.argument(
            "timeline",
            options_list=["--timeline"],
            action="store_true",
            help="Also show each row of the device that --device-id names.",
        )
