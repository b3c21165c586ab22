"""`changes show`: what changed around a hub and a device."""

from __future__ import annotations


def show(cmd, target, options):
    """List what changed, the newest first, from every source that this access may read."""
    from azext_iotdiag import output
    from azext_iotdiag.render import changes as render
    from azext_iotdiag.sessions.changes import ChangesListing

    output.say_all(options.origins)
    ended = output.show(ChangesListing(target), render.event_lines)
    output.leave(cmd, ended.exit_code)
    return output.hand_back(cmd, render.data(ended), render.lines(ended))
