"""`az iot diag health`: what Azure says of its platform."""

from __future__ import annotations


def show(cmd, target, options):
    """Show the health of a hub or a provisioning service."""
    from azext_iotdiag import output
    from azext_iotdiag.render import health as render
    from azext_iotdiag.sessions import health

    read = health.read(target)
    output.leave(cmd, read.exit_code)
    if output.data_alone(cmd):
        output.say(render.answer(read), problem=bool(read.exit_code))
    return output.hand_back(cmd, render.data(read), render.lines(read))
