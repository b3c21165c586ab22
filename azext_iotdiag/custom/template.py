"""`az iot diag template`: a device model as it is understood, what is wrong in it, and one made from messages."""

from __future__ import annotations


def show(cmd, model, model_repo=None):
    """Show the model as a tree."""
    from azext_iotdiag import output
    from azext_iotdiag.payload.outline import outline
    from azext_iotdiag.render import model as render

    read = _read(model, model_repo)
    if read.issues:
        output.say(f"{len(read.issues)} things in this model are wrong or odd; `template lint` tells them.")
    data = outline(read.document)
    return output.hand_back(cmd, data, render.tree(data))


def lint(cmd, model, model_repo=None, strict=False):
    """Tell what is wrong, dangerous or odd in the model."""
    from azext_iotdiag import output
    from azext_iotdiag.model.counts import counted
    from azext_iotdiag.model.finding import Severity
    from azext_iotdiag.render import model as render

    issues = _read(model, model_repo).issues
    wrong = [each for each in issues if each.severity is Severity.FAIL or strict]
    if wrong:
        output.leave(cmd, output.PROBLEM)
    output.say(f"{counted(len(issues), 'issue')}, {len(wrong):,} of them errors.")
    return output.hand_back(cmd, render.issues_data(issues), render.issues(issues))


def infer(cmd, file, model=None, model_repo=None, model_id="dtmi:example:inferred;1", device_id=None):
    """Make a model from recorded messages, or a new version of a given one with what it lacks."""
    from azure.cli.core.azclierror import InvalidArgumentValueError

    from azext_iotdiag import output
    from azext_iotdiag.custom.validate import paths
    from azext_iotdiag.payload import infer as inference
    from azext_iotdiag.payload import terms
    from azext_iotdiag.streams.validation import observed

    model_id = str(model_id)  # az marks a default with a class of its own, which would show in the result
    if not terms.DTMI.fullmatch(model_id) or ";" not in model_id:
        raise InvalidArgumentValueError(f"--model-id {model_id} is no DTMI, such as dtmi:com:example:Thermostat;1.")
    base = _read(model, model_repo) if model is not None else None
    seen = observed(paths(file), device_id)
    if not any(seen.components.values()):
        output.say(f"{seen.messages} messages, and no field in any of them.")
        output.leave(cmd, output.PROBLEM)
    if base is None:
        document, notes = inference.model(seen, model_id)
        added = None
    else:
        document, added, notes = inference.extended(seen, base.document)
    unread = f", {seen.unread} of which could not be read" if seen.unread else ""
    output.say(f"{seen.messages} messages{unread}.")
    for note in notes:
        output.say(f"! {note}")
    for line in _next_steps(document, added):
        output.say(line)
    return document


def _next_steps(document, added):
    """What to do with the model: the commands of azure-iot that publish it and give it to devices."""
    root = document[0] if isinstance(document, list) else document
    identifier = root.get("@id", root.get("id"))
    if added is not None:
        yield f"Added: {', '.join(added) or 'nothing, the model has all fields that came'}."
        if not added:
            return
    yield "Check names, types and units, and save it as model.json. For IoT Central, publish it as a template:"
    yield f'  az iot central device-template create --app-id APP --dtid "{identifier}" --content template.json'
    yield "where template.json has the interface as its capabilityModel. Then give it to each device:"
    yield f'  az iot central device update --app-id APP --device-id DEVICE --template "{identifier}"'


def _read(model, model_repo):
    from azext_iotdiag._validators import unusable
    from azext_iotdiag.payload import ModelError, Repository, read_model

    try:
        return read_model(model, resolve=Repository(model_repo) if model_repo else None)
    except ModelError as wrong:
        raise unusable.model(wrong) from None
