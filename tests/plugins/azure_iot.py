"""Commands of the azure-iot extension that our texts name, and their options: azure-iot is not installed in tests.

Kept by hand from the sources of Azure/azure-iot-cli-extension 0.25.0: azext_iot/commands.py and _params.py, and
command_map.py and params.py of its iothub, dps and central. What ends with ! must be given.
"""

from __future__ import annotations

import argparse
from typing import Any, NoReturn

import jmespath

_HUB = "--hub-name/-n --login/-l --resource-group/-g --auth-type"
_ROUTES = "--hub-name/-n! --resource-group/-g"
_DPS = "--dps-name/-n --login/-l --resource-group/-g --auth-type"
_CENTRAL = "--app-id/-n! --token --central-dns-suffix --api-version/--av"

COMMANDS = {
    "iot hub query": f"{_HUB} --query-command/-q! --top",
    "iot hub connection-string show": "--hub-name/-n --resource-group/-g --policy-name/--pn --key-type/--kt --all "
    "--default-eventhub/--eh",
    "iot dps connection-string show": "--dps-name/-n --resource-group/-g --policy-name/--pn --key-type/--kt --all",
    "iot hub device-identity show": f"{_HUB} --device-id/-d!",
    "iot hub device-identity list": f"{_HUB} --edge-enabled/--ee --top",
    "iot hub device-identity create": f"{_HUB} --device-id/-d! --edge-enabled/--ee --auth-method/--am --status/--sta",
    "iot hub device-identity update": f"{_HUB} --device-id/-d! --set --add --remove --status/--sta",
    "iot hub device-identity connection-string show": f"{_HUB} --device-id/-d! --key-type/--kt",
    "iot hub device-identity parent set": f"{_HUB} --device-id/-d! --parent-device-id/--pd! --force/-f",
    "iot edge set-modules": f"{_HUB} --device-id/-d! --content/-k!",
    "iot hub device-twin show": f"{_HUB} --device-id/-d!",
    "iot hub invoke-device-method": f"{_HUB} --device-id/-d! --method-name/--mn! --method-payload/--mp --timeout/--to",
    "iot hub module-identity show": f"{_HUB} --device-id/-d! --module-id/-m!",
    "iot hub module-identity list": f"{_HUB} --device-id/-d! --top",
    "iot hub module-identity delete": f"{_HUB} --device-id/-d! --module-id/-m! --etag/-e",
    "iot hub digital-twin show": f"{_HUB} --device-id/-d!",
    "iot hub configuration show": f"{_HUB} --config-id/-c!",
    "iot hub configuration list": f"{_HUB} --top",
    "iot edge deployment list": f"{_HUB} --top",
    "iot hub job show": f"{_HUB} --job-id!",
    "iot hub job list": f"{_HUB} --job-type/--jt --job-status/--js --top",
    "iot hub job cancel": f"{_HUB} --job-id!",
    "iot hub message-endpoint list": f"{_ROUTES} --endpoint-type/--type/-t",
    "iot hub message-route list": f"{_ROUTES} --source-type/--type/-t",
    "iot hub message-route test": f"{_ROUTES} --source-type/--type/-t --route-name/--route/--rn --body/-b "
    "--app-properties/--ap --system-properties/--sp",
    "iot hub message-route fallback show": _ROUTES,
    "iot dps enrollment show": f"{_DPS} --enrollment-id/--eid! --show-keys/--keys",
    "iot dps enrollment list": f"{_DPS} --top",
    "iot dps enrollment registration show": f"{_DPS} --enrollment-id/--eid!",
    "iot dps enrollment-group show": f"{_DPS} --enrollment-id/--eid/--group-id/--gid! --show-keys/--keys",
    "iot dps enrollment-group list": f"{_DPS} --top",
    "iot dps enrollment-group compute-device-key": f"{_DPS} --registration-id! --symmetric-key/--key "
    "--enrollment-id/--eid/--group-id/--gid",
    "iot central device show": f"{_CENTRAL} --device-id/-d!",
    "iot central device list": f"{_CENTRAL} --edge-only/-e",
    "iot central device update": f"{_CENTRAL} --device-id/-d! --device-name --template --simulated --enable "
    "--organizations/--orgs",
    "iot central device-template create": f"{_CENTRAL} --device-template-id/--dtid! --content/-k!",
    "iot central device-template list": f"{_CENTRAL} --compact/-c",
}
_FLAGS = {"--default-eventhub", "--all", "--show-keys", "--edge-only", "--compact", "--force"}


class Refused(ValueError):
    """The command line does not parse."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise Refused(message)


def parse(command: str, arguments: list[str]) -> None:
    """Read the arguments of a command of COMMANDS as azure-iot would. Raises Refused."""
    parser = _Parser(allow_abbrev=False, add_help=False)
    for option in COMMANDS[command].split():
        names = option.rstrip("!").split("/")
        kind: dict[str, Any] = {"action": "store_true"} if names[0] in _FLAGS else {}
        parser.add_argument(*names, required=option.endswith("!"), **kind)
    parser.add_argument("--query", type=jmespath.compile)
    parser.add_argument("--output", "-o", choices=["json", "jsonc", "yaml", "yamlc", "table", "tsv", "none"])
    parser.parse_args(arguments)
