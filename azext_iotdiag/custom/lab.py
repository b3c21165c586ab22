"""`az iot diag lab`: start, stop, look at and break a lab."""

from __future__ import annotations

from contextlib import contextmanager


def start(
    cmd, name="lab", detach=False, partition_count=4, device_count=None, flood=0, scenario=None, fleet=0, units=0
):  # fmt: skip
    """Start a lab, here until Ctrl-C, or with `detach` on its own."""
    from azext_iotdiag import output
    from azext_iotdiag.lab import process, words
    from azext_iotdiag.lab.settings import Settings

    if device_count is None:
        device_count = 0 if scenario and not flood else Settings.device_count
    settings = Settings(
        str(name),
        int(partition_count),
        int(device_count),
        int(flood),
        scenario or "",
        fleet=int(fleet),
        units=int(units),
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


def scenarios(cmd):
    """The scenarios there are."""
    from azext_iotdiag import output
    from azext_iotdiag.lab import words
    from azext_iotdiag.lab.scenarios.catalogue import SCENARIOS

    data = [
        {
            "name": scenario.name,
            "title": scenario.title,
            "devices": [{"id": each.device, "doing": each.doing} for each in scenario.residents],
        }
        for scenario in SCENARIOS.values()
    ]
    return output.hand_back(cmd, data, words.scenarios(SCENARIOS.values()))


def watch(cmd, name="lab", device_id=None, duration=None):
    """Show what happens in a lab, as it happens, until Ctrl-C or its end."""
    from azext_iotdiag import output
    from azext_iotdiag.lab import process, sentences
    from azext_iotdiag.render import rows, summary

    form, query = output.rows_form(cmd, rows.view_of_data(text=sentences.line))
    with _az_errors():
        runtime = process.find(str(name), _labs(cmd))
        output.say(f"Watching the lab {name}; Ctrl-C ends it.")
        end = output.stream(_news(runtime, form, device_id, duration)) or "over"
    for line in summary.queried(query.empty, query.asked, query.problem, "line") if query else ():
        output.say(line)
    output.say("The time is up, or the lab has ended." if end == "over" else "Watching has ended; the lab runs on.")


def _news(runtime, form, device_id, duration):
    """What goes to stdout: each piece of news of the devices that are asked for, and None when there is none left."""
    import fnmatch
    import time

    from azext_iotdiag import output
    from azext_iotdiag.lab import control
    from azext_iotdiag.lab.errors import Unanswered

    position, ends = None, time.monotonic() + duration if duration else float("inf")
    while time.monotonic() < ends:
        try:
            answer = control.ask(runtime["control"], "news", since=position)
        except Unanswered:
            return
        position = answer["position"]
        if answer["missed"]:
            output.say(f"{answer['missed']} more are not shown: they came too fast.")
        for each in answer["news"]:
            if device_id is None or fnmatch.fnmatchcase(each["who"].partition("/")[0], device_id):
                yield form(each)
        yield None
        time.sleep(max(min(0.3, ends - time.monotonic()), 0))


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
