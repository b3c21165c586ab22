"""`az iot diag alert`: rules that alert where devices or messages are lost."""

from __future__ import annotations


def create(cmd, target, options):
    """Make or amend the rules that were asked for, after the plan is shown."""
    from azext_iotdiag.sessions import alerts

    return _carried_out(cmd, target, options, alerts.to_create(target, options.wanted))


def delete(cmd, target, options):
    """Delete rules that `create` made, after the plan is shown."""
    from azext_iotdiag.sessions import alerts

    return _carried_out(cmd, target, options, alerts.to_delete(target, options.names, with_group=options.with_group))


def list_(cmd, target, options):
    """Show the rules that look at a hub."""
    from azext_iotdiag import output
    from azext_iotdiag.render import alerts as render
    from azext_iotdiag.sessions import alerts

    found = alerts.listed(target)
    output.leave(cmd, found.exit_code)
    if output.data_alone(cmd):
        output.say(render.list_answer(found), problem=bool(found.exit_code))
    return output.hand_back(cmd, render.list_data(found), render.list_lines(found))


def _carried_out(cmd, target, options, planned):
    from functools import partial

    from azext_iotdiag.custom import plans
    from azext_iotdiag.render import alerts as render
    from azext_iotdiag.sessions import alerts

    carry_out = partial(alerts.carry_out, target)
    return plans.carried_out(cmd, options, planned, carry_out, render, "This changes alert rules")
