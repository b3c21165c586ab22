"""Arguments of `sas`."""

from azure.cli.core.commands.parameters import get_enum_type

from azext_iotdiag._params.target import handed_over, option, service

_OWNER = (
    "connection_string", "login", "hub_name", "resource_group_name", "auth_type", "dps_name", "enrollment_id",
    "device_id", "module_id", "id_scope", "registration_id", "key", "group_key",
)  # fmt: skip


def sas(loader):
    """Register the arguments of these commands with `loader`."""
    with loader.argument_context("iot diag sas") as context:
        service(
            context,
            "hub_name", "resource_group_name", "auth_type", "login", "dps_name",
            resource_group_name="Resource group of the hub or the provisioning service that you name.",
            auth_type="Credential for the registry or the enrollments of the service that you name: the key of a "
            "policy, or az's login. By default the login, and a key if the service refuses the login.",
            login="Service connection string of a hub, or of a Device Provisioning Service. @FILE reads it from a "
            "file. With --device-id, the command reads the device's keys from the registry. The policy then needs "
            "RegistryRead.",
            dps_name="Name or host name of the Device Provisioning Service. The command finds it through az's login.",
        )  # fmt: skip
        option(
            context,
            "enrollment_id",
            help="Enrollment group of the registration. The command reads the group's key with az's login, and "
            "derives the device's key from it.",
        )
        option(
            context,
            "connection_string",
            help="Connection string of the device or module that the token is for. Write @FILE to read it from a "
            "file. If no other option names a device, the variable AZURE_IOTDIAG_CONNECTION_STRING holds the string.",
        )
        option(context, "device_id", help="Device that the token is for.")
        option(context, "module_id")
        context.argument(
            "id_scope",
            options_list=["--id-scope"],
            help="Id scope of the Device Provisioning Service, for a registration.",
        )
        option(context, "registration_id", help="Registration that the token is for.")
        context.argument(
            "key", options_list=["--key", "-k"], help="Key of the device, in base64. @FILE reads it from a file."
        )
        context.argument(
            "group_key",
            options_list=["--group-key", "--gk"],
            help="Key of the enrollment group. With --registration-id, the command derives the device's key from it.",
        )

    with loader.argument_context("iot diag sas create") as context:
        context.argument(
            "key_type",
            options_list=["--key-type", "--kt"],
            arg_type=get_enum_type(["primary", "secondary"], default="primary"),
            help="Key that signs, if the command reads the keys from the service.",
        )
        context.argument(
            "hub_name",
            help="Name or host name of the hub. The command finds the hub through az's login, and reads the key that "
            "signs. With --device-id, that is a key of the device. Without it, that is the key of a policy.",
        )
        context.argument(
            "policy_name",
            options_list=["--policy-name", "--pn"],
            help="Policy whose key signs, of the hub or the provisioning service that you name. By default the policy "
            "with the fewest rights that has ServiceConnect, or EnrollmentRead and RegistrationStatusRead.",
        )
        context.argument(
            "duration",
            options_list=["--duration", "--du"],
            type=int,
            default=3600,
            help="Seconds for which the token is valid.",
        )

    with loader.argument_context("iot diag sas inspect") as context:
        context.argument(
            "sas_token",
            options_list=["--sas-token", "--sas"],
            help="The token: alone, as an MQTT password, a header line, or in a connection string. @FILE reads it "
            "from a file. Without it, or with -, the command reads the token from standard input.",
        )
        context.argument(
            "hub_name",
            configured_default=None,  # what is only az's default was not meant
            help="Name or host name of the hub that the token is for. The command compares the signature with the "
            "hub's keys, and reads them with az's login. If you give a key or a string, the command compares with "
            "that alone, and contacts no service.",
        )
        context.argument(
            "check_clock",
            options_list=["--check-clock"],
            action="store_true",
            help="Also compare this machine's clock with that of the service. This takes one request, without a token.",
        )

    handed_over(loader, "iot diag sas create", *_OWNER, "key_type", "policy_name", "duration")
    handed_over(loader, "iot diag sas inspect", *_OWNER, "sas_token", "check_clock")
