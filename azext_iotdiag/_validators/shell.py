"""A shell that leads to a lab which is no more: told before anything is asked there."""

from __future__ import annotations

from azure.cli.core.azclierror import ClientRequestError
from knack.log import get_logger

from azext_iotdiag import lab_shell

logger = get_logger(__package__)
_OFFLINE = ("explain", "template", "lab", "sas")  # groups whose commands can do without the lab, or start it
# What names a service or a host beside --facts: then the command asks for more than the file.
_NAMING = (
    "host", "hub_name", "login", "app_id", "dps_name", "dps_login", "connection_string", "registration_id",
    "enrollment_id",
)  # fmt: skip


def judge(cmd, namespace):
    """Raise ClientRequestError where the shell's lab has ended; warn of it where the command can do without."""
    found = lab_shell.gone()
    if found is None:
        return
    name, became = found
    said = f"This shell leads to the lab {name!r}, which {became}."
    anew = f"Start it with `az iot diag lab start --name {name} --detach`, and load"
    steps = [
        f"{'Load' if became == 'was restarted' else anew} its environment into this shell again.",
        f"Or leave the lab: open a new shell, or unset AZURE_IOTDIAG_CONNECT_TO, {lab_shell.LAB} and "
        f"{lab_shell.CA_VARIABLE}, and HTTPS_PROXY and AZURE_CONFIG_DIR where `lab login` set them.",
    ]
    if cmd.name.split()[2] in _OFFLINE or _does_without(namespace):
        logger.warning("%s %s", said, steps[0])
        return
    raise ClientRequestError(said, recommendation=steps)


def _does_without(namespace):
    """Whether the command asks no service: it reads a file, lists what there is, or writes a script for a host."""
    told = {name: getattr(namespace, name, None) for name in ("file", "facts", "list_", "script", "host")}
    if told["file"] is not None or told["list_"] or (told["script"] and told["host"]):
        return True
    from azext_iotdiag._validators.which_hub import is_typed

    return told["facts"] is not None and not any(is_typed(getattr(namespace, name, None)) for name in _NAMING)
