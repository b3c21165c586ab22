"""Arguments of the commands about who a device is: `sas`, `key`, `device`."""

from azure.cli.core.commands.parameters import get_enum_type

from azext_iotdiag._params.sas import sas
from azext_iotdiag._params.target import arguments, handed_over, option, service

_HUB = ("hub_name", "resource_group_name", "auth_type", "login")
_REGISTRY_STRING = (
    "Service connection string of the hub. The policy needs RegistryWrite. @FILE reads it from a file. If neither this "
    "option nor --hub-name is given, the variable AZURE_IOTDIAG_LOGIN holds the string."
)


def load(loader):
    """Register the arguments of these commands with `loader`."""
    sas(loader)
    _key(loader)
    _device(loader)
    _fleet_of_lab(loader)


def _hub(context):
    service(context, "hub_name", "resource_group_name", "auth_type")


def _key(loader):
    with loader.argument_context("iot diag key") as context:
        service(
            context,
            *_HUB,
            login="Service connection string of the hub. The policy needs RegistryRead, and also RegistryWrite to "
            "renew a key. @FILE reads it from a file. Without this option, the variable AZURE_IOTDIAG_LOGIN holds the "
            "string.",
        )
        option(context, "device_id", required=False, help="The device.")
        option(context, "module_id")
        context.argument(
            "group_key",
            options_list=["--group-key", "--gk"],
            help="Key of the enrollment group that the device may belong to. With it, the command recognises a "
            "derived key.",
        )

    with loader.argument_context("iot diag key test") as context:
        option(
            context,
            "connection_string",
            help="The string exactly as it is on the device, also if it is wrong. Write @FILE to read it from a file.",
        )
        context.argument(
            "key", options_list=["--key", "-k"], help="The key exactly as it is on the device, also if it is wrong."
        )
        context.argument(
            "certificate",
            options_list=["--certificate", "--cert"],
            help="File with the device's certificate, in PEM or DER. The command does not need the private key.",
        )
        context.argument(
            "protocol",
            arg_type=get_enum_type(["https", "mqtt"]),
            help="Also try the key. https sends one request, which ends no connection. It is the default if the "
            "registry cannot be read. The value mqtt connects as the device. The hub then ends the device's own "
            "connection, so the command asks first.",
        )
        option(context, "yes", help="Do not ask before connecting over MQTT.")

    with loader.argument_context("iot diag key renew") as context:
        context.argument(
            "key_type",
            options_list=["--key-type", "--kt"],
            required=True,
            arg_type=get_enum_type(["primary", "secondary", "swap"]),
            help="The key to renew, while the other stays. swap exchanges the two keys.",
        )
        context.argument(
            "show", options_list=["--show"], action="store_true", help="Show both keys. By default no key is shown."
        )
        context.argument(
            "value",
            options_list=["--value"],
            help="The new key, in base64. By default a random key. Write @FILE to read it from a file.",
        )
        _provisioning(
            context, "nothing else. The command recognises keys that come from there, and does not renew them."
        )

    with loader.argument_context("iot diag key show") as context:
        option(
            context,
            "to_file",
            help="File to write the connection string into. Only your user can read it. An existing file stays.",
        )
        context.argument(
            "key_type",
            options_list=["--key-type", "--kt"],
            arg_type=get_enum_type(["primary", "secondary"], default="primary"),
            help="The key to write.",
        )
        context.argument(
            "key_alone", options_list=["--key-only"], action="store_true", help="Write the key alone, without the rest."
        )
        option(context, "overwrite")

    shared = (*_HUB, "device_id", "module_id", "group_key")
    to_file = ("to_file", "key_type", "key_alone", "overwrite")
    handed_over(loader, "iot diag key show", *_HUB, "device_id", "module_id", *to_file)
    handed_over(loader, "iot diag key test", *shared, "connection_string", "key", "certificate", "protocol", "yes")
    handed_over(loader, "iot diag key renew", *shared, "dps_name", "dps_login", "key_type", "show", "value")


def _provisioning(context, what):
    service(
        context,
        "dps_login", "dps_name",
        dps_login="Connection string of a policy of the Device Provisioning Service, with EnrollmentRead and "
        f"{what} @FILE reads it from a file.",
    )  # fmt: skip


def _fleet_of_lab(loader):
    with loader.argument_context("iot diag lab start") as context:
        context.argument(
            "fleet",
            options_list=["--fleet"],
            type=int,
            default=0,
            help="Number of further devices that the hub knows, without a running client: connected, disconnected, "
            "disabled or never seen. The lab makes each device when a client asks for it, so a hundred thousand "
            "devices take no memory.",
        )
        context.argument(
            "units",
            options_list=["--units"],
            type=int,
            default=0,
            help="Refuse requests as a hub of this many units of S1 does: beyond 20 queries and 100 look-ups of "
            "devices a minute and unit. By default no request is refused.",
        )


def _changes_of_devices(loader):
    for command in ("create", "delete"):
        with arguments(loader, f"iot diag device {command}", *_HUB, login=_REGISTRY_STRING) as context:
            names = ["--device-id", "--id", "-d"]
            context.argument("device_id", options_list=names, help="Id of the device in its hub.")
            if command == "delete":
                option(context, "yes", help="Do not ask before the deletion.")


def _changes_in_applications(loader):
    for command in ("approve", "unblock", "assign-template"):
        with arguments(loader, f"iot diag device {command}", "app_id", "token", "central_dns_suffix") as context:
            option(context, "device_id", help="Id of the device.")
            if command == "assign-template":
                context.argument(
                    "template",
                    options_list=["--template"],
                    help="Id of the device template, in quotation marks, such as 'dtmi:contoso:thermostat;1'.",
                )
            option(context, "yes", help="Do not ask before the change.")


def _device(loader):
    with loader.argument_context("iot diag device") as context:
        _hub(context)
        context.argument(
            "login",
            options_list=["--login", "-l"],
            required=False,
            help="Service connection string of the hub. The policy needs RegistryRead. @FILE reads it from a file. If "
            "neither this option nor --hub-name is given, the variable AZURE_IOTDIAG_LOGIN holds the string.",
        )
        context.argument(
            "app_id",
            options_list=["--app-id"],
            help="IoT Central application: the first part of its address, NAME.azureiotcentral.com, or all of it.",
        )
        context.argument(
            "token",
            options_list=["--token"],
            help="API token of the IoT Central application. @FILE reads it from a file. Without this option, the "
            "variable AZURE_IOTDIAG_TOKEN holds it, or the command uses az's login.",
        )
        context.argument(
            "central_dns_suffix",
            options_list=["--central-dns-suffix", "--central-api-uri"],
            help="Domain of the IoT Central application, if it is not azureiotcentral.com.",
        )
        _provisioning(context, "RegistrationStatusRead. Shows its devices, or its data of one device.")
        option(
            context,
            "enrollment_id",
            help="Id of the enrollment, or of the enrollment group, in the Device Provisioning Service.",
        )

    with loader.argument_context("iot diag device show") as context:
        option(context, "device_id")
        option(context, "registration_id")

    _changes_of_devices(loader)
    _changes_in_applications(loader)
    for command in ("list", "summary"):
        with loader.argument_context(f"iot diag device {command}") as context:
            option(
                context,
                "device_query",
                help='Only the devices that this query of the hub selects, such as "SELECT * FROM devices WHERE '
                "tags.site = 'north'\".",
            )
            option(
                context,
                "query_rate",
                default=20,
                help="Queries a minute that the hub allows to all its callers: 20 for each unit of S1 or S2, 1000 for "
                "each of S3. The command leaves a tenth to other callers.",
            )

    with loader.argument_context("iot diag device list") as context:
        context.argument(
            "status",
            options_list=["--status"],
            arg_type=get_enum_type(
                ["connected", "disconnected", "never-connected", "disabled"]
                + ["provisioned", "registered", "blocked", "blocked-or-waiting"]
                + ["unassigned", "assigning", "assigned", "failed", "never-registered"]
            ),
            help="Only devices with this status. The first four values are those of a hub. The next four are those of "
            "IoT Central. The last five, and disabled, are those of a provisioning service.",
        )
        context.argument(
            "template",
            options_list=["--template"],
            help="Only devices of this model or device template. none selects devices without a template.",
        )
        option(
            context,
            "quiet_since",
            help="Only devices that are not connected and have sent the hub no sign since then, such as 12h or "
            "2026-11-20T10:00:00Z. The command also shows what these devices have in common.",
        )

    from_service = (
        "hub_name", "resource_group_name", "login", "auth_type", "app_id", "token", "central_dns_suffix", "dps_name",
        "dps_login", "enrollment_id",
    )  # fmt: skip
    handed_over(loader, "iot diag device show", *from_service, "device_id", "registration_id")
    handed_over(loader, "iot diag device summary", *from_service, "device_query", "query_rate")
    of_list = ("device_query", "query_rate", "status", "template", "quiet_since")
    handed_over(loader, "iot diag device list", *from_service, *of_list)
