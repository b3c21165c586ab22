"""Arguments that several commands take, each declared once: its names, its form, and what it means unless else is said.

`option(context, "device_id")` declares one. A keyword changes a setting of it for the command: its help, its group or
its default. Arguments that name a service stand in `target.py`.
"""

from azure.cli.core.commands.parameters import get_enum_type

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
