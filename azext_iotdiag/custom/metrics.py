"""`az iot diag metrics`: what Azure Monitor counted."""

from __future__ import annotations


def show(cmd, target, options):
    """Show where the messages of a hub went."""
    from azext_iotdiag import output
    from azext_iotdiag.render import metrics as render
    from azext_iotdiag.sessions import metrics

    read = metrics.read(target, options.since, options.until)
    output.leave(cmd, read.exit_code)
    if output.data_alone(cmd):
        output.say(render.answer(read), problem=bool(read.exit_code))
    return output.hand_back(cmd, render.data(read), render.lines(read))
