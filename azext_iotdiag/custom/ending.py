"""The end of a session, in every command that is one: its facts are judged, and what they come to is said."""

from __future__ import annotations


def judged(ended, target, device, query=None):
    """Say what a session came to and what is wrong. Returns the exit code.

    What is needed for that is imported only now: the first event does not wait for it.
    """
    import time

    from azext_iotdiag import output
    from azext_iotdiag.checks import catalogue, verdict
    from azext_iotdiag.render import commands, session_end

    found = verdict.diagnose(catalogue.OF_SESSIONS, ended.facts, time.monotonic)
    output.say_all(session_end.closing(ended, found, commands.known(target, device), query))
    return found.verdict.exit_code
