"""`method ping`: whether a device can be called."""

from __future__ import annotations


def ping(cmd, target, options):
    """Call a direct method of a device, and explain what comes."""
    from azext_iotdiag import output
    from azext_iotdiag.render import commands
    from azext_iotdiag.render import method as render
    from azext_iotdiag.sessions.method_ping import MethodPing

    output.say_all(target.hub.origins)
    ended = output.show(MethodPing(target, options.known), render.event_lines)
    output.leave(cmd, ended.exit_code)
    known = commands.known(target.hub, options.device)
    return output.hand_back(cmd, render.data(ended, known), render.lines(ended, known))
