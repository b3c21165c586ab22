"""Options that people know from azure-iot and that mean nothing here: taken, so that each can say what to use."""

import argparse
from typing import NamedTuple


class KnownOption(NamedTuple):
    """An option of a command of azure-iot, and what to use here. It is refused, or has no `effect` and is warned of."""

    options: tuple[str, ...]
    advice: str
    refused: bool = False
    flag: bool = False


_NOTHING_ASKED = KnownOption(("--yes", "-y"), "nothing is asked here", flag=True)
_NOTHING_INSTALLED = KnownOption(("--repair", "-r"), "nothing is installed here that could need it", flag=True)
_STYLE = KnownOption(
    ("--style",), "findings are shown as -o says: -o json for JSON lines, -o tsv in the place of csv", refused=True
)
_SHOWN = KnownOption(
    ("--properties", "--props", "-p"),
    "findings name the message; to see its properties, use: az iot diag monitor events --properties all",
)
_TOP = KnownOption(
    ("--top",), "every device is shown as it is read; stop early with: -o tsv | head -n 10", refused=True
)
_EDGE = KnownOption(
    ("--edge-enabled", "--ee"),
    'pick them with --device-query "SELECT * FROM devices WHERE capabilities.iotEdge = true"',
    refused=True,
    flag=True,
)

KNOWN = {
    "iot diag validate messages": {
        "known_yes": _NOTHING_ASKED, "known_repair": _NOTHING_INSTALLED, "known_style": _STYLE,
        "known_properties": _SHOWN,
    },
    "iot diag device list": {"known_top": _TOP, "known_edge": _EDGE},
}  # fmt: skip


def known(loader):
    """Register these options with `loader`, hidden from help. The validator takes them out again."""
    for command, options in KNOWN.items():
        with loader.argument_context(command) as context:
            for name, each in options.items():
                how = {"action": "store_true"} if each.flag else {"nargs": "*"}
                context.extra(name, options_list=list(each.options), help=argparse.SUPPRESS, required=False, **how)
