"""`az iot diag validate`: what devices sent, against their model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple


def messages(
    cmd,
    file=None,
    model=None,
    model_repo=None,
    schema=None,
    minimum_severity="info",
    junit=None,
    strict=False,
    processes=None,
    login=None,
    hub_name=None,
    resource_group_name=None,
    auth_type=None,
    app_id=None,
    token=None,
    central_dns_suffix=None,
    device_id=None,
    device_query=None,
    module_id=None,
    component=None,
    interface=None,
    consumer_group="$Default",
    max_messages=None,
    duration=None,
    timeout=300,
    since=None,
    reader="wire",
    transport=None,
):  # pylint: disable=too-many-locals,unused-argument  # some are the validator's alone
    """Judge messages, recorded ones or those that arrive, against a device model or a JSON Schema."""
    from azext_iotdiag import output
    from azext_iotdiag.custom import judging
    from azext_iotdiag.streams import validation
    from azext_iotdiag.streams.filters import Filters

    rules = {"schema": schema, "strict": strict}
    if model is None and schema is None and model_repo is None and (file is not None or not login.app):
        output.say("Without a model or a schema only the form of the messages is judged, not what is in them.")
    if file is not None:
        rules["device"] = device_id
        _run(cmd, file, "validate messages", model, model_repo, rules, minimum_severity, junit, processes)
        return
    form = _form(cmd)
    described = _rules(form, model, model_repo, minimum_severity, rules)
    templates = judging.templates_of(login, described)
    judge = _usable(lambda rules: validation.judge_of(rules, templates), described)
    source = judging.Source(login, str(consumer_group), since, str(reader), transport)
    limits = {"count": max_messages, "duration": duration, "idle": timeout or None}
    asked = Filters(device_id, module_id, component, interface)
    done = judging.live(
        source, asked, device_query, limits, described, judge, lambda run: _chunks(run, form), templates
    )
    code = _close(done.tally, "validate messages", form, done.end, junit, done.seconds, live=True)
    output.end(output.worst(code, done.conclude()))


def properties(
    cmd,
    file=None,
    model=None,
    model_repo=None,
    minimum_severity="info",
    junit=None,
    strict=False,
    processes=None,
    device_id=None,
    login=None,
    hub_name=None,
    resource_group_name=None,
    auth_type=None,
    app_id=None,
    token=None,
    central_dns_suffix=None,
    max_changes=None,
    duration=None,
    timeout=None,
):  # pylint: disable=too-many-locals,unused-argument  # some are the validator's alone
    """Judge properties, recorded ones or those of a device, against a device model."""
    from azext_iotdiag import output
    from azext_iotdiag.custom import judging
    from azext_iotdiag.streams import validation

    rules = {"strict": strict, "properties": True}
    if file is not None:
        _run(cmd, file, "validate properties", model, model_repo, rules, minimum_severity, junit, processes)
        return
    form = _form(cmd)
    described = _rules(form, model, model_repo, minimum_severity, rules)
    models = judging.model_of_device(login, device_id, described)
    judge = _usable(lambda rules: validation.judge_of(rules, models), described)
    limits = {"count": max_changes, "duration": duration, "idle": timeout or None}
    goes_on = not (max_changes is None and duration is None and timeout is None)
    done = judging.properties(
        login, device_id, limits, described, judge, lambda run: _chunks(run, form), goes_on=goes_on
    )
    code = _close(done.tally, "validate properties", form, done.end, junit, done.seconds, live=True)
    output.end(output.worst(code, done.conclude()))


def _run(cmd, file, name, model, model_repo, rules, minimum_severity, junit, processes):
    import time

    from azext_iotdiag import output
    from azext_iotdiag.streams import validation

    form = _form(cmd)
    recorded = paths(file)
    described = _rules(form, model, model_repo, minimum_severity, rules)
    started = time.monotonic()
    run = validation.Run(recorded, described, processes=processes or validation.processors())
    end = _usable(lambda _rules: output.stream(_chunks(run, form)), described)
    output.end(_close(run.tally, name, form, end, junit, time.monotonic() - started))


class _Form(NamedTuple):
    """How findings are shown: what makes of one what goes to stdout, and what does so of the summary, given as JSON."""

    name: str
    finding: Callable[[Any], bytes]
    summary: Callable[[bytes], bytes]
    query: Any


def _form(cmd):
    from azext_iotdiag import output
    from azext_iotdiag.render import rows
    from azext_iotdiag.render.validation import VIEW

    name, (finding, query) = output.stream_form(cmd), output.rows_form(cmd, VIEW)
    return _Form(name, finding, rows.of_json(name, query=query, colour=output.colour(cmd)), query)


def _rules(form, model, model_repo, minimum_severity, rules):
    from azext_iotdiag.model.finding import Severity
    from azext_iotdiag.streams import validation

    levels = {"info": Severity.NOTE, "warning": Severity.WARN, "error": Severity.FAIL}
    return validation.Rules(
        model=model, repository=model_repo, minimum=levels[str(minimum_severity)],
        shown=_SHOWN if form.name == "text" else None, **rules,
    )  # fmt: skip


def _usable(judged, rules):
    """What `judged` makes of the rules; rules that cannot be used are an error of az's."""
    from azext_iotdiag._validators import unusable
    from azext_iotdiag.payload import ModelError

    try:
        return judged(rules)
    except ModelError as wrong:
        raise unusable.model(wrong, "--schema" if rules.schema else "--model") from None


_SHOWN = 10  # findings of one code and field that a person is shown; the others are counted


def paths(file):
    """The files that `--file` means. Raises InvalidArgumentValueError for what cannot be read."""
    from azure.cli.core.azclierror import InvalidArgumentValueError

    from azext_iotdiag.streams import files

    try:
        found = list(files.found(file))
    except OSError as wrong:
        raise InvalidArgumentValueError(f"--file {wrong.filename} cannot be read: {wrong.strerror}.") from None
    if not found:
        raise InvalidArgumentValueError(f"--file {' '.join(file)} holds no file.")
    return found


def _chunks(run, form):
    """What goes to stdout: a line for each finding as it comes. Meanwhile stderr shows how far it is."""
    import time

    from azext_iotdiag import output

    progress, tick = output.Bar(), time.monotonic()
    try:
        for found in run:
            if found is None:
                if time.monotonic() - tick >= 0.2:
                    tick = time.monotonic()
                    yield None
                    progress.show(_progress(run))
                continue
            progress.clear()
            yield form.finding(found)
            if run.live:  # the next record may be long in coming
                yield None
    finally:
        progress.clear()


def _progress(run):
    from azext_iotdiag.model.counts import counted

    told = counted(run.tally.messages, "message")
    if not run.size:
        return told
    share = min(run.done / run.size, 1.0)
    return f"[{'#' * int(share * 30):<30}] {share:4.0%}  {told}"


def _close(tally, name, form, end, junit, seconds, *, live=False):
    """The summary and the file for the build server. Returns the exit code."""
    import os

    from azext_iotdiag import output
    from azext_iotdiag.model.finding import Severity
    from azext_iotdiag.render import summary
    from azext_iotdiag.render import validation as render

    whole = live or end != "interrupted"
    if end != "pipe-closed":
        last = [form.summary(render.summary_line(tally, end))] if form.name in ("json", "yaml") else []
        if form.name == "text":
            last = [f"{line}\n".encode("utf-8", "backslashreplace") for line in ("", *render.summary(tally, end))]
        output.stream(chunk for chunk in last)
    if form.name != "text":
        output.say(render.counts(tally, end))
    query = form.query
    for line in summary.queried(query.empty, query.asked, query.problem, "line") if query else ():
        output.say(line)
    if os.environ.get("TF_BUILD"):
        for line in render.pipeline_lines(tally):
            output.annotate(line)
    if junit is not None:
        _write_junit(junit, name, render.cases(tally, end, whole=whole), seconds)
    if not whole:
        output.say("Interrupted: not everything was read.")
    problem = tally.count(Severity.FAIL) or tally.faulty
    if not tally.messages and not end:
        output.say("There was no message to judge.")
        problem = True
    if problem:
        return output.PROBLEM
    return output.HEALTHY if whole else output.INTERRUPTED


def _write_junit(path, name, results, seconds):
    from azure.cli.core.azclierror import FileOperationError

    from azext_iotdiag import output
    from azext_iotdiag.render import junit

    document = output.safety.secrets(junit.document(name, results, seconds).decode("utf-8"))
    try:
        with open(path, "wb") as file:
            file.write(document.encode("utf-8"))
    except OSError as wrong:
        raise FileOperationError(f"--junit {path} cannot be written: {wrong.strerror}.") from None
