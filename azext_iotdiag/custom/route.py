"""`route trace`: which routes take a message."""

from __future__ import annotations


def trace(cmd, target, options):
    """Try the routes of a hub with one message, and say where it goes."""
    from azext_iotdiag import output
    from azext_iotdiag.render import commands
    from azext_iotdiag.render import route_trace as render
    from azext_iotdiag.sessions.route_trace import RouteTracing

    output.say_all(target.hub.origins)
    ended = output.show(RouteTracing(target, options.known), render.event_lines)
    output.leave(cmd, ended.exit_code)
    known = commands.known(target.hub, options.device)
    return output.hand_back(cmd, render.data(ended, known), render.lines(ended, known))
