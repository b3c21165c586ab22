"""Arguments that name a service, declared once, and commands whose function takes `(cmd, target, options)`.

1. `with arguments(loader, "iot diag sas create", "hub_name", "login", …) as context:` declares the arguments that name
   a service. A keyword of the same name gives another help text. In its block all other arguments are declared with
   `context.argument` as ever, with their default: the function has no signature that holds it.
2. Commands that share many arguments call `service` and `handed_over` by themselves, the latter with every argument of
   the command. A group's name will not do: az takes extra arguments of single commands only.
3. The validator of the command judges what was typed, and ends with `_validators.target.hand_over`, which leaves
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
