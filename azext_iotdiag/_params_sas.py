"""Arguments of `sas`."""

from azure.cli.core.commands.parameters import get_enum_type

from azext_iotdiag._params_target import handed_over, service

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
            resource_group_name="Resource group of the hub or the provisioning service that is named.",
            auth_type="What opens the registry, or the enrollments, of what is named: the key of a policy, or az's "
            "login itself. By default the login, and a key where that is refused.",
            login="Service connection string of a hub, or of a Device Provisioning Service; @FILE reads it from a "
            "file. With --device-id the device's keys are read with it from the registry, which takes RegistryRead.",
            dps_name="Name or host name of the Device Provisioning Service, which is then found through az's login.",
        )  # fmt: skip
        context.argument(
            "enrollment_id",
            options_list=["--enrollment-id", "--eid"],
            help="Enrollment group that lets the registration in. Its key is read with az's login, and the device's "
            "is derived from it.",
        )
        context.argument(
            "connection_string",
            options_list=["--connection-string", "--cs"],
            help="Connection string of the device or module whose token it is. Write @FILE to read it from a file. "
            "Where nothing else says whose it is, the variable AZURE_IOTDIAG_CONNECTION_STRING does.",
        )
        context.argument("device_id", options_list=["--device-id", "-d"], help="Device that the token is for.")
        context.argument("module_id", options_list=["--module-id", "-m"], help="Module of the device.")
        context.argument(
            "id_scope",
            options_list=["--id-scope"],
            help="Id scope of the Device Provisioning Service, for a registration.",
        )
        context.argument(
            "registration_id", options_list=["--registration-id", "--rid"], help="Registration that the token is for."
        )
        context.argument(
            "key", options_list=["--key", "-k"], help="Key of the device, in base64. @FILE reads it from a file."
        )
        context.argument(
            "group_key",
            options_list=["--group-key", "--gk"],
            help="Key of the enrollment group, from which the device's is derived for --registration-id.",
        )

    with loader.argument_context("iot diag sas create") as context:
        context.argument(
            "key_type",
            options_list=["--key-type", "--kt"],
            arg_type=get_enum_type(["primary", "secondary"], default="primary"),
            help="Which of both keys signs, where they are not given but read.",
        )
        context.argument(
            "hub_name",
            help="Name or host name of the hub, which is then found through az's login. The key that signs is read "
            "with what az's login may do: with --device-id that of the device, else that of a policy.",
        )
        context.argument(
            "policy_name",
            options_list=["--policy-name", "--pn"],
            help="Policy of the hub or the provisioning service that is named, whose key signs. By default the one "
            "with the fewest rights that has ServiceConnect, or EnrollmentRead and RegistrationStatusRead.",
        )
        context.argument(
            "duration",
            options_list=["--duration", "--du"],
            type=int,
            default=3600,
            help="Seconds for which the token is good.",
        )

    with loader.argument_context("iot diag sas inspect") as context:
        context.argument(
            "sas_token",
            options_list=["--sas-token", "--sas"],
            help="The token: by itself, as an MQTT password, a header line, or in a connection string. @FILE reads it "
            "from a file. Without it, or with -, it is read from standard input.",
        )
        context.argument(
            "hub_name",
            configured_default=None,  # what is only az's default was not meant
            help="Name or host name of the hub that it should open. The signature is compared with the keys that the "
            "hub has, read with az's login; where a key or a string is given, with that alone, and nobody is asked.",
        )
        context.argument(
            "check_clock",
            options_list=["--check-clock"],
            action="store_true",
            help="Also compare this machine's clock with that of the service, by one request that carries no token.",
        )

    handed_over(loader, "iot diag sas create", *_OWNER, "key_type", "policy_name", "duration")
    handed_over(loader, "iot diag sas inspect", *_OWNER, "sas_token", "check_clock")
