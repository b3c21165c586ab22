"""Arguments that several commands take, declared once, and commands whose function takes `(cmd, target, options)`.

1. `option(context, "device_id")` declares an argument of OPTIONS. A keyword changes a setting of it for the command.
2. `with arguments(loader, "iot diag sas create", "hub_name", "login", …) as context:` declares the arguments that name
   a service. A keyword of the same name gives another help text. In its block all other arguments are declared with
   `context.argument` as ever, with their default: the function has no signature that holds it.
3. Commands that share many arguments call `service` and `handed_over` by themselves, the latter with every argument of
   the command. A group's name will not do: az takes extra arguments of single commands only.
4. The validator of the command judges what was typed, and ends with `_validators.target.hand_over`, which leaves
   `target` and `options` in the namespace and takes out the rest. az passes on whatever it leaves.
"""

from contextlib import contextmanager

from azure.cli.core.commands.parameters import get_enum_type

_FILE = "Write @FILE to read it from a file, so that it shows neither on screen nor in the shell's history."

SERVICE = {
    "hub_name": {
        "options_list": ["--hub-name", "-n"],
        "configured_default": "iothub",
        "help": "Name or host name of the hub. The command finds the hub through az's login.",
    },
    "resource_group_name": {
        "options_list": ["--resource-group", "-g"],
        "help": "Resource group of the hub that --hub-name names.",
    },
    "login": {
        "options_list": ["--login", "-l"],
        "help": f"Service connection string of the hub. {_FILE} If neither this option nor --hub-name is given, the "
        "variable AZURE_IOTDIAG_LOGIN holds the string.",
    },
    "auth_type": {
        "options_list": ["--auth-type"],
        "arg_type": get_enum_type(["key", "login"]),
        "help": "Credential for the hub that --hub-name names: the key of a policy, or az's login. The login needs a "
        "role such as IoT Hub Data Reader. By default the login, and a key if the hub refuses the login.",
    },
    "app_id": {
        "options_list": ["--app-id"],
        "help": "IoT Central application: the first part of its address, NAME.azureiotcentral.com, or all of it.",
    },
    "token": {
        "options_list": ["--token"],
        "help": f"API token of the IoT Central application. {_FILE} Without this option, the variable "
        "AZURE_IOTDIAG_TOKEN holds the token. If it is not set either, the command uses az's login.",
    },
    "central_dns_suffix": {
        "options_list": ["--central-dns-suffix", "--central-api-uri"],
        "help": "Domain of the IoT Central application, if it is not azureiotcentral.com.",
    },
    "dps_name": {
        "options_list": ["--dps-name"],
        "help": "Name or host name of the Device Provisioning Service. The command finds it through az's login, and "
        "reads it with the credential of --auth-type.",
    },
    "dps_login": {
        "options_list": ["--dps-login"],
        "help": "Connection string of a policy of the Device Provisioning Service. @FILE reads it from a file.",
    },
}


# What names no service. Help that is missing differs from command to command.
OPTIONS = {
    "device_id": {
        "options_list": ["--device-id", "-d"],
        "help": "Id of the device in its hub.",
    },
    "module_id": {
        "options_list": ["--module-id", "-m"],
        "help": "Module of the device.",
    },
    "connection_string": {
        "options_list": ["--connection-string", "--cs"],
    },
    "registration_id": {
        "options_list": ["--registration-id", "--rid"],
        "help": "Id with which the device registers. By default the device's id.",
    },
    "enrollment_id": {
        "options_list": ["--enrollment-id", "--eid"],
    },
    "device_query": {
        "options_list": ["--device-query", "-q"],
    },
    "query_rate": {
        "options_list": ["--query-rate"],
        "type": int,
    },
    "quiet_since": {
        "options_list": ["--quiet-since"],
    },
    "since": {
        "options_list": ["--since"],
    },
    "file": {
        "options_list": ["--file", "-f"],
        "nargs": "+",
    },
    "transport": {
        "options_list": ["--transport"],
        "arg_type": get_enum_type(["amqp", "amqp_ws"]),
    },
    "only": {
        "options_list": ["--only"],
        "nargs": "+",
    },
    "to_file": {
        "options_list": ["--to-file"],
    },
    "overwrite": {
        "options_list": ["--overwrite"],
        "action": "store_true",
        "help": "Replace an existing file.",
    },
    "facts": {
        "options_list": ["--facts"],
    },
    "host": {
        "options_list": ["--host"],
    },
    "dry_run": {
        "options_list": ["--dry-run"],
        "action": "store_true",
        "help": "Show the plan, and change nothing.",
    },
    "yes": {
        "options_list": ["--yes", "-y"],
        "action": "store_true",
        "help": "Carry out the plan without asking.",
    },
}


def option(context, name, **changes):
    """Declare this argument in an argument context; `changes` are settings that differ in the command."""
    context.argument(name, **{**OPTIONS[name], **changes})


def service(context, *names, **helps):
    """Declare these arguments in an argument context; `helps` says of some of them what they mean here."""
    for name in names:
        settings = SERVICE[name]
        context.argument(name, **{**settings, "help": helps.get(name, settings["help"])})


def handed_over(loader, command, *names):
    """Let a command take these arguments, and its function only `target` and `options`, which its validator makes."""
    with loader.argument_context(command) as context:
        for name in names:
            context.extra(name, required=False)
        context.ignore("target", "options")


class _Taken:
    """An argument context that notes which arguments are declared in it."""

    def __init__(self, context):
        self._context = context
        self.names = []

    def argument(self, name, *arguments, **settings):
        """Declare an argument, as the context of az does."""
        self.names.append(name)
        self._context.argument(name, *arguments, **settings)


@contextmanager
def arguments(loader, command, *services, **helps):
    """Declare all arguments of a command whose function takes `target` and `options`, each once.

    `services` are those that name a service, and `helps` says of some of them what they mean here.
    """
    with loader.argument_context(command) as context:
        taken = _Taken(context)
        service(taken, *services, **helps)
        yield taken
    handed_over(loader, command, *taken.names)
