"""`az iot diag validate`: what devices sent, against their model."""

from __future__ import annotations


def messages(
    cmd,
    file,
    model=None,
    model_repo=None,
    schema=None,
    device_id=None,
    minimum_severity="info",
    junit=None,
    strict=False,
    processes=None,
):
    """Judge recorded messages against a device model or a JSON Schema."""
    from azure.cli.core.azclierror import MutuallyExclusiveArgumentError

    from azext_iotdiag import output

    if model is not None and schema is not None:
        raise MutuallyExclusiveArgumentError(
            "--model and --schema are two ways to say what is right.", recommendation="Leave one of the two away."
        )
    if model is None and schema is None:
        output.say("Without --model or --schema only the form of the messages is judged, not what is in them.")
    rules = {"schema": schema, "device": device_id, "strict": strict}
    _run(cmd, file, "validate messages", model, model_repo, rules, minimum_severity, junit, processes)


def properties(cmd, file, model, model_repo=None, minimum_severity="info", junit=None, strict=False, processes=None):
    """Judge recorded twins and reported properties against a device model."""
    rules = {"strict": strict, "properties": True}
    _run(cmd, file, "validate properties", model, model_repo, rules, minimum_severity, junit, processes)


def _run(cmd, file, name, model, model_repo, rules, minimum_severity, junit, processes):
    import time

    from azure.cli.core.azclierror import InvalidArgumentValueError

    from azext_iotdiag import output
    from azext_iotdiag.model.finding import Severity
    from azext_iotdiag.payload import ModelError
    from azext_iotdiag.streams import validation

    form = output.stream_form(cmd)
    if form not in ("text", "json", "none"):
        raise InvalidArgumentValueError(
            f"Findings have no form {form}.", recommendation="Use -o json, which gives one object a line."
        )
    recorded = paths(file)
    _judge_arguments(junit, processes)
    levels = {"info": Severity.NOTE, "warning": Severity.WARN, "error": Severity.FAIL}
    described = validation.Rules(
        model=model, repository=model_repo, minimum=levels[str(minimum_severity)],
        shown=_SHOWN if form == "text" else None, **rules,
    )  # fmt: skip
    started = time.monotonic()
    run = validation.Run(recorded, described, processes=processes or validation.processors())
    search = output.query(cmd)
    try:
        end = output.stream(_chunks(run, form, search))
    except ModelError as wrong:
        raise InvalidArgumentValueError(
            f"{'--schema' if rules.get('schema') else '--model'}: {wrong}.",
            recommendation="--model-repo names the folder in which other interfaces are found by their DTMI.",
        ) from None
    _close(run.tally, name, form, end, junit, time.monotonic() - started, search)


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


def _judge_arguments(junit, processes):
    import os

    from azure.cli.core.azclierror import InvalidArgumentValueError

    if processes is not None and processes < 1:
        raise InvalidArgumentValueError(f"--processes is {processes}; it must be 1 or more.")
    if junit is not None:
        folder = os.path.dirname(os.path.abspath(junit))
        if not os.access(folder, os.W_OK) or os.path.isdir(junit):
            raise InvalidArgumentValueError(f"--junit {junit} cannot be written.")


def _chunks(run, form, search):
    """What goes to stdout: a line for each finding as it comes. Meanwhile stderr shows how far it is."""
    import time

    from azext_iotdiag import output
    from azext_iotdiag.render import validation as render

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
            if form == "json":
                yield _queried(render.json_line(found), search)
            elif form == "text":
                yield f"{render.line(found)}\n".encode("utf-8", "backslashreplace")
            if run.live:
                yield None  # the next record may be long in coming
    finally:
        progress.clear()


def _progress(run):
    from azext_iotdiag.render.validation import number

    told = number(run.tally.messages, "message")
    if not run.size:
        return told
    share = min(run.done / run.size, 1.0)
    return f"[{'#' * int(share * 30):<30}] {share:4.0%}  {told}"


def _close(tally, name, form, end, junit, seconds, search):
    """The summary, the file for the build server, and the exit code."""
    import os

    from azext_iotdiag import output
    from azext_iotdiag.model.finding import Severity
    from azext_iotdiag.render import validation as render

    if end != "pipe-closed":
        last = [_queried(render.summary_line(tally, end), search)] if form == "json" else []
        if form == "text":
            last = [f"{line}\n".encode("utf-8", "backslashreplace") for line in ("", *render.summary(tally))]
        output.stream(chunk for chunk in last)
    if form != "text":
        output.say(render.counts(tally))
    if os.environ.get("TF_BUILD"):
        for line in render.pipeline_lines(tally):
            output.say(line)
    if junit is not None:
        _write_junit(junit, name, tally, seconds)
    if end == "interrupted":
        output.say("Interrupted: not everything was read.")
    problem = tally.count(Severity.FAIL) or tally.faulty
    if not tally.messages and not end:
        output.say("There was no message to judge.")
        problem = True
    output.end(output.PROBLEM if problem else output.HEALTHY)


def _queried(line, search):
    """What a --query makes of a line of JSON, as a line of JSON; nothing of null."""
    if search is None:
        return line
    import json

    found = search(json.loads(line))
    return b"" if found is None else f"{json.dumps(found, ensure_ascii=False)}\n".encode("utf-8", "backslashreplace")


def _write_junit(path, name, tally, seconds):
    from azure.cli.core.azclierror import FileOperationError

    from azext_iotdiag.render import junit
    from azext_iotdiag.render.validation import cases

    try:
        with open(path, "wb") as file:
            file.write(junit.document(name, cases(tally), seconds))
    except OSError as wrong:
        raise FileOperationError(f"--junit {path} cannot be written: {wrong.strerror}.") from None
