"""`az iot diag lab`: start, stop, look at and break a lab."""

from __future__ import annotations

from contextlib import contextmanager


def start(cmd, name="lab", detach=False, partition_count=4, device_count=3, flood=0, fleet=0, units=0):
    """Start a lab, here until Ctrl-C, or with `detach` on its own."""
    from azext_iotdiag import output
    from azext_iotdiag.lab import process, words
    from azext_iotdiag.lab.settings import Settings

    settings = Settings(
        str(name), int(partition_count), int(device_count), int(flood), fleet=int(fleet), units=int(units)
    )
    with _az_errors():
        if detach:
            described = process.start_detached(settings, _labs(cmd))
            return output.hand_back(cmd, described, words.description(described))
        from azext_iotdiag.lab import hosting

        hosting.run(
            settings,
            _labs(cmd),
            ready=lambda described: output.emit(cmd, described, words.description(described)),
            say=output.say,
        )
    return None


def stop(cmd, name="lab", all_labs=False):
    """Stop one lab, or all."""
    from azext_iotdiag import output
    from azext_iotdiag.lab import process

    with _az_errors():
        if all_labs:
            stopped = process.stop_all(_labs(cmd))
        else:
            process.stop(str(name), _labs(cmd))
            stopped = [str(name)]
    lines = [f"The lab {each!r} has ended." for each in stopped] or ["No lab runs."]
    return output.hand_back(cmd, {"version": 1, "stopped": stopped}, lines)


def status(cmd, name="lab", audit=0):
    """How a lab is."""
    from azext_iotdiag import output
    from azext_iotdiag.lab import process, words

    with _az_errors():
        answer = process.status(str(name), _labs(cmd), int(audit))
    return output.hand_back(cmd, answer, words.status(answer))


def break_(cmd, fault, name="lab", parameters=None):
    """Turn a fault on."""
    from azext_iotdiag import output
    from azext_iotdiag.lab import faults as known
    from azext_iotdiag.lab import process

    with _az_errors():
        values = known.read_parameters(str(fault), parameters or ())
        answer = process.ask(str(name), _labs(cmd), "break", fault=str(fault), parameters=values)
    shown = "".join(f" {key}={value}" for key, value in answer["parameters"].items())
    lines = [f"{fault}{shown} is on. End it with: az iot diag lab mend --name {name} --fault {fault}"]
    return output.hand_back(cmd, {"version": 1, "name": str(name), **answer}, lines)


def mend(cmd, name="lab", fault=None):
    """Turn one fault off, or all."""
    from azext_iotdiag import output
    from azext_iotdiag.lab import faults as known
    from azext_iotdiag.lab import process

    with _az_errors():
        fault = known.known(str(fault)).name if fault else None
        answer = process.ask(str(name), _labs(cmd), "mend", fault=fault)
    lines = [f"{each} is off." for each in answer["mended"]] or ["No fault was on."]
    return output.hand_back(cmd, {"version": 1, "name": str(name), **answer}, lines)


def login(cmd, name="lab", identity="service-principal", role="owner"):
    """Make an az configuration that is logged in to a lab."""
    from azure.cli.core import extension

    from azext_iotdiag import output
    from azext_iotdiag.lab import login as making
    from azext_iotdiag.lab import process, words

    extensions = {"AZURE_EXTENSION_DIR": str(extension.EXTENSIONS_DIR)}
    if extension.DEV_EXTENSION_SOURCES:
        extensions["AZURE_EXTENSION_DEV_SOURCES"] = ",".join(extension.DEV_EXTENSION_SOURCES)
    with _az_errors():
        labs = _labs(cmd)
        described = process.find(str(name), labs)["description"]
        credential = process.ask(str(name), labs, "credential", identity=str(identity), role=str(role))
        made = making.prepare(described, labs / str(name), extensions, credential)
    return output.hand_back(cmd, made, words.login(made))


def faults(cmd):
    """The faults there are."""
    from azext_iotdiag import output
    from azext_iotdiag.lab import words
    from azext_iotdiag.lab.faults import FAULTS

    data = [
        {
            "name": fault.name,
            "title": fault.title,
            "heals": fault.heals,
            "code": fault.entry.code if fault.entry else None,
            "parameters": dict(fault.parameters),
            "seen": fault.seen or None,
        }
        for fault in FAULTS.values()
    ]
    return output.hand_back(cmd, data, words.faults(FAULTS.values()))


def _labs(cmd):
    from azext_iotdiag.lab import folder

    return folder.labs_of(cmd.cli_ctx.config.config_dir)


@contextmanager
def _az_errors():
    """Say a lab's errors as az says its own."""
    from azure.cli.core import azclierror

    from azext_iotdiag.lab.errors import LabError, NoSuchLab
    from azext_iotdiag.lab.faults import BadFault
    from azext_iotdiag.lab.settings import BadSetting

    try:
        yield
    except NoSuchLab as error:
        raise azclierror.ResourceNotFoundError(str(error), error.advice) from error
    except (BadFault, BadSetting) as error:
        raise azclierror.InvalidArgumentValueError(str(error), error.advice) from error
    except LabError as error:
        raise azclierror.ClientRequestError(str(error), error.advice) from error
    except OSError as error:
        raise azclierror.FileOperationError(f"The lab cannot be run: {error}") from error
