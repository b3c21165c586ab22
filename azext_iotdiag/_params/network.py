"""Arguments of `network`."""

from azure.cli.core.commands.parameters import get_enum_type

from azext_iotdiag._params.target import handed_over, option, service

_PROTOCOLS = ["mqtt", "amqp", "https", "mqtt-ws", "amqp-ws"]


def network(loader):
    """Register the arguments of these commands with `loader`."""
    with loader.argument_context("iot diag network test") as context:
        service(
            context,
            "hub_name",
            hub_name="Name or host name of the hub. You need no login. The host is NAME.azure-devices.net, or that of "
            "the cloud that az is set to.",
        )
        option(
            context,
            "host",
            help="Host name or address of any service: a hub, a provisioning service, an Event Hubs namespace, a "
            "storage account, an IoT Central application, a gateway.",
        )
        context.argument(
            "protocols",
            options_list=["--protocol"],
            nargs="+",
            arg_type=get_enum_type(_PROTOCOLS),
            help="Test only these protocols. By default all protocols that the host may speak. Each protocol that "
            "cannot be used is a fault.",
        )
        context.argument(
            "script",
            options_list=["--script"],
            arg_type=get_enum_type(["sh", "powershell"]),
            help="Print a script that tests the network of the machine where you run it, such as the device. The "
            "script connects to nothing else, and writes facts as JSON. sh needs openssl, powershell needs .NET.",
        )
        option(
            context,
            "facts",
            help="File with the output of such a script. The command judges it here, and makes no connection.",
        )
    handed_over(loader, "iot diag network test", "hub_name", "host", "protocols", "script", "facts")
