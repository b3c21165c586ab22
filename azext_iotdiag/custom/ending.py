"""The end of a session, in every command that is one: its facts are judged, and what they come to is said.

What is needed for that is imported only now: the first event does not wait for it.
"""

from __future__ import annotations


def judged(ended, target, device, query=None):
    """Say what a session came to and what is wrong. Returns the exit code."""
    import time

    from azext_iotdiag.checks import catalogue, verdict
    from azext_iotdiag.render import commands

    found = verdict.diagnose(catalogue.OF_SESSIONS, ended.facts, time.monotonic)
    return _said(ended, found, commands.known(target, device), query)


def recorded(ended):
    """The same of recorded messages, for which no check is loaded."""
    from azext_iotdiag.checks import ends
    from azext_iotdiag.render.commands import Known

    return _said(ended, ends.of_recorded(ended.facts), Known(), None)


def merged(ended, found):
    """The same of several runs, of which `found` is the diagnosis."""
    from azext_iotdiag.render.commands import Known

    return _said(ended, found, Known(), None)


def _said(ended, found, known, query):
    from azext_iotdiag import output
    from azext_iotdiag.render import session_end, text

    output.report(text.opening(found))
    output.say_all(session_end.closing(ended, query))
    output.report(text.closing(found, known))
    return found.verdict.exit_code
