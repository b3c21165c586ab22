"""A shell that leads to a lab which is no more: told before anything is asked there."""

from __future__ import annotations

from azure.cli.core.azclierror import ClientRequestError
from knack.log import get_logger

from azext_iotdiag import lab_shell

logger = get_logger(__package__)
_OFFLINE = ("explain", "template", "lab", "sas")  # groups whose commands can do without the lab, or start it


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
    if cmd.name.split()[2] in _OFFLINE or getattr(namespace, "file", None) is not None:
        logger.warning("%s %s", said, steps[0])
        return
    raise ClientRequestError(said, recommendation=steps)
