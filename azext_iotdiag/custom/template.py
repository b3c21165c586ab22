"""`az iot diag template`: a model as it is understood, what is wrong in it, one made from messages, and as a query."""

from __future__ import annotations


def show(cmd, model, model_repo=None):
    """Show the model as a tree."""
    from azext_iotdiag import output
    from azext_iotdiag.payload.outline import outline
    from azext_iotdiag.render import model as render

    output.say_all(render.hint(model.issues))
    data = outline(model.document)
    return output.hand_back(cmd, data, render.tree(data))


def lint(cmd, model, model_repo=None, strict=False):
    """Tell what is wrong, dangerous or odd in the model."""
    from azext_iotdiag import output
    from azext_iotdiag.model import exit_codes
    from azext_iotdiag.render import model as render

    found = model.findings
    output.leave(cmd, exit_codes.PROBLEM if render.errors(found) else exit_codes.HEALTHY)
    if output.data_alone(cmd):
        output.say(render.answer(found), problem=render.errors(found) > 0)
        output.say_all(render.unchecked(model.unchecked))
    return output.hand_back(cmd, render.issues_data(found), render.issues(found, model.unchecked))


def infer(cmd, file, model=None, model_repo=None, model_id="dtmi:example:inferred;1", device_id=None):
    """Make a model from recorded messages, or a new version of a given one with what it lacks."""
    from azext_iotdiag import output
    from azext_iotdiag.model import exit_codes
    from azext_iotdiag.render import model as render
    from azext_iotdiag.sessions.inference import inferred

    made = inferred(file, model_id, model.document if model else None, device_id)
    output.say_all(render.inferred(made.messages, made.unread, made.fields, made.notes))
    output.say_all(render.next_steps(made.document, made.added))
    output.leave(cmd, exit_codes.HEALTHY if made.fields else exit_codes.PROBLEM)
    return made.document


def to_kql(
    cmd,
    model,
    model_repo=None,
    target="adx",
    table_name=None,
    body_column="Body",
    device_column="DeviceId",
    function_name=None,
):
    """Print the query that finds in stored messages what does not fit the model."""
    from azext_iotdiag import output
    from azext_iotdiag.payload.kql import query
    from azext_iotdiag.render import model as render

    output.say_all(render.hint(model.issues))
    output.say_all(render.beyond_kql(query.beyond(model.document, table_name)))
    output.stream(query.chunks(model.document, table_name, target, function_name))


def to_spark(cmd, model, model_repo=None):
    """Print the job for Spark that finds in captured messages what does not fit the model."""
    from azext_iotdiag import output
    from azext_iotdiag.payload import spark
    from azext_iotdiag.render import model as render

    output.say_all(render.hint(model.issues))
    output.stream(spark.chunks(model.document))
