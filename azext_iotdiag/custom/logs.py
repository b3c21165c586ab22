"""`az iot diag logs`: whether a hub logs its connections, and what its resource log says."""

from __future__ import annotations


def errors(cmd, target, options):
    """Show the errors of a resource log by device and code, and the patterns in it."""
    from azext_iotdiag import output
    from azext_iotdiag.render import log_errors as render
    from azext_iotdiag.sessions import log_source

    read = log_source.read(target, options, output.hears(render.event_lines))
    output.leave(cmd, read.exit_code)
    if output.data_alone(cmd):
        output.say(render.answer(read), problem=bool(read.exit_code))
    return output.hand_back(cmd, render.data(read), render.lines(read))


def query(cmd, target, options):
    """Run a saved query, or one of the user's own, in the workspace of a hub."""
    from azext_iotdiag import output
    from azext_iotdiag.render import log_query as render
    from azext_iotdiag.sessions import log_query

    answered = log_query.run(target, options)
    output.leave(cmd, answered.exit_code)
    if output.data_alone(cmd):
        output.say(render.answer(answered), problem=bool(answered.exit_code))
    return output.hand_back(cmd, render.data(answered), render.lines(answered))


def status(cmd, target, options):
    """Show which logs are collected, and which a diagnosis lacks."""
    from azext_iotdiag import output
    from azext_iotdiag.render import log_settings as render
    from azext_iotdiag.sessions import log_settings

    found = log_settings.status(target)
    output.leave(cmd, found.exit_code)
    if output.data_alone(cmd):
        output.say(render.status_answer(found), problem=bool(found.exit_code))
    return output.hand_back(cmd, render.status_data(found), render.status_lines(found))


def enable(cmd, target, options):
    """Collect what a diagnosis needs in a workspace, after the plan is shown."""
    from azext_iotdiag.sessions import log_settings

    return _carried_out(cmd, target, options, log_settings.to_enable(target, options.workspace))


def disable(cmd, target, options):
    """Remove the setting that `enable` made, after the plan is shown."""
    from azext_iotdiag.sessions import log_settings

    return _carried_out(cmd, target, options, log_settings.to_disable(target))


def _carried_out(cmd, target, options, planned):
    from functools import partial

    from azext_iotdiag.custom import plans
    from azext_iotdiag.render import log_settings as render
    from azext_iotdiag.sessions import log_settings

    carry_out = partial(log_settings.carry_out, target)
    return plans.carried_out(cmd, options, planned, carry_out, render, "This changes a diagnostic setting")
