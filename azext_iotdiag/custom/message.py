"""`az iot diag message`: messages from the cloud to a device."""

from __future__ import annotations


def send(cmd, target, options):
    """Send a message to a device and, where that is asked for, wait for its feedback."""
    from azext_iotdiag import output
    from azext_iotdiag.render import commands
    from azext_iotdiag.render import message as render
    from azext_iotdiag.sessions.message_send import MessageSending

    output.say_all(target.origins)
    session = MessageSending(target, options.outgoing, options.seconds, websocket=options.websocket)
    ended = output.show(session, render.event_lines)
    output.leave(cmd, ended.exit_code)
    known = commands.known(target, options.outgoing.device)
    return output.hand_back(cmd, render.data(ended, known), render.lines(ended, known))
