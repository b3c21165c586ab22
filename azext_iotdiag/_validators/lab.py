"""What people typed for `lab`, and what az says where a lab cannot do it."""

from __future__ import annotations

from azure.cli.core import azclierror

from azext_iotdiag.lab.process.errors import FilesFailed, LabError, NoSuchLab
from azext_iotdiag.lab.process.settings import Settings


def start(_cmd, namespace):
    """Make `settings` of the arguments of `lab start` that say what the lab is made of."""
    scenario, flood = namespace.scenario or "", int(namespace.flood)
    usual = 0 if scenario and not flood else Settings.device_count
    devices = namespace.device_count
    namespace.settings = Settings(
        str(namespace.name),
        int(namespace.partition_count),
        usual if devices is None else int(devices),
        flood,
        scenario,
        fleet=int(namespace.fleet),
        units=int(namespace.units),
        keep=bool(namespace.keep),
        bind=str(namespace.bind or ""),
        hubs=int(namespace.hubs),
        listen=str(namespace.listen or ""),
    )
    if namespace.settings.lan and not namespace.yes:
        _ask_before_listening()
    for name in EXTRAS:
        delattr(namespace, name)


# The arguments that `settings` is made of.
EXTRAS = (
    "name",
    "partition_count",
    "device_count",
    "flood",
    "scenario",
    "fleet",
    "units",
    "keep",
    "bind",
    "hubs",
    "listen",
    "yes",
)


def _ask_before_listening() -> None:
    """Say what --listen exposes, and go on if that is wanted. Raises an error of az."""
    from knack.prompting import NoTTYException, prompt_y_n

    from azext_iotdiag.lab.net import machine
    from azext_iotdiag.lab.process import cli_text

    try:
        wanted = prompt_y_n(f"{cli_text.exposed(machine.addresses())} Go on?", default="n")
    except NoTTYException:
        raise azclierror.RequiredArgumentMissingError(
            "--listen asks before it opens ports to the network, and there is no terminal.", "Add --yes to agree."
        ) from None
    if not wanted:
        raise azclierror.ManualInterrupt("The lab was not started.")


def break_(_cmd, namespace):
    """Judge the arguments of `lab break`: `parameters` become numbers by their names."""
    from azext_iotdiag.lab.faults import active as faults

    namespace.parameters = _judged(faults.read_parameters, str(namespace.fault), namespace.parameters or ())


def mend(_cmd, namespace):
    """Judge the arguments of `lab mend`."""
    from azext_iotdiag.lab.faults import active as faults

    if namespace.fault:
        namespace.fault = _judged(faults.known, str(namespace.fault)).name


def _judged(judge, *arguments):
    from azext_iotdiag.lab.faults.active import BadFault

    try:
        return judge(*arguments)
    except BadFault as wrong:
        raise az_error(wrong) from wrong


def az_error(error: Exception) -> Exception:
    """What az says of a LabError, a BadSetting or a BadFault."""
    advice = getattr(error, "advice", "")
    if isinstance(error, NoSuchLab):
        return azclierror.ResourceNotFoundError(str(error), advice)
    if isinstance(error, FilesFailed):
        return azclierror.FileOperationError(str(error))
    if isinstance(error, LabError):
        return azclierror.ClientRequestError(str(error), advice)
    return azclierror.InvalidArgumentValueError(str(error), advice)
