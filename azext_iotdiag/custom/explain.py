"""`az iot diag explain`: what a code means, or the codes in a log."""

from __future__ import annotations

_SAID_SECONDS = 3.0
_PATIENCE_SECONDS = 60.0


def explain(cmd, codes=None, context="", list_codes=False):
    """Explain names that were given, or a text that was given or comes on standard input."""
    import sys

    from azext_iotdiag import output
    from azext_iotdiag.insights import survey
    from azext_iotdiag.render import entry

    context = str(context or "")
    if list_codes:
        found = _listed(context)
        return output.hand_back(cmd, entry.contents(found), entry.list_lines(found, output.width()))
    if codes in (None, [], ["-"]):
        read, ended = _read(sys.stdin, context, asked=bool(codes))
        output.leave(cmd, output.HEALTHY if ended else output.INTERRUPTED)
        return _hand_back(cmd, read.mentions(), read.lines)
    try:
        mentions = survey.ask(codes, context)
    except survey.Unknown as unknown:
        raise _refusal(unknown, context) from None
    if not mentions or any(mention.lines for mention in mentions):
        return _hand_back(cmd, mentions, len(" ".join(codes).splitlines()))
    return output.hand_back(cmd, entry.data(mentions), entry.text(mentions, output.width()))


def _hand_back(cmd, mentions, lines):
    """What a text of so many lines mentions; that it mentions nothing is said in every form."""
    from azext_iotdiag import output
    from azext_iotdiag.render import entry

    told = entry.survey(mentions, lines, output.width())
    if not mentions and not output.for_person(cmd):
        output.say(next(told))
    return output.hand_back(cmd, entry.data(mentions, lines), told)


def _listed(context):
    """All entries, or those that have a meaning of their own in a context."""
    from azext_iotdiag.knowledge import catalogue, lookup

    if not context:
        return catalogue.ALL
    return [entry for entry in catalogue.ALL if lookup.NAMES[entry.code].startswith(context)]


def _read(stdin, context, asked):
    """Survey standard input until it ends, or until Ctrl-C, after which what was found so far is told.

    Returns the survey, and whether the input ended by itself. An interrupt before the first line is raised.

    It is waited for as long as it takes where it was asked for by -, and else for a minute.
    """
    import threading

    from azure.cli.core.azclierror import RequiredArgumentMissingError

    from azext_iotdiag import output
    from azext_iotdiag.insights.survey import Survey
    from azext_iotdiag.model.counts import counted
    from azext_iotdiag.streams import text

    missing = RequiredArgumentMissingError(
        "Nothing to explain: no code was given, and standard input holds nothing.",
        recommendation="Give codes, or a log on standard input: az iot diag explain < device.log",
    )
    if stdin is None or (stdin.isatty() and not asked):
        raise missing
    read = Survey(context)
    waiting = threading.Timer(_SAID_SECONDS, output.say, ("Waiting for a log on standard input ...",))
    waiting.daemon = True
    waiting.start()
    ended = True
    source = text.Patience(stdin.buffer, threading.TIMEOUT_MAX if asked else _PATIENCE_SECONDS)
    try:
        for line in text.lines(source):
            waiting.cancel()
            read.add(line)
    except KeyboardInterrupt:
        if not read.lines:
            raise
        ended = False
        output.say(f"Interrupted after {counted(read.lines, 'line')}: not everything was read.")
    except TimeoutError:
        raise missing from None
    finally:
        waiting.cancel()
    if not read.lines and not asked:
        raise missing
    return read, ended


def _refusal(unknown, context):
    """The error for names that nobody knows. What may be a secret pasted by mistake is not repeated."""
    import re

    from azure.cli.core.azclierror import InvalidArgumentValueError

    from azext_iotdiag.insights import survey

    safe = all(re.fullmatch(r"[\w.:$-]{1,48}", name) for name in unknown.names)
    names = ", ".join(unknown.names) if safe else "What was given"
    if unknown.elsewhere:
        return InvalidArgumentValueError(
            f"{names}: not known in the context {context}.",
            recommendation=f"It has a meaning in another: --context {' or '.join(unknown.elsewhere)}",
        )
    near = list(dict.fromkeys(name for word in unknown.names for name in survey.nearest(word)))
    return InvalidArgumentValueError(
        f"{names}: no such code is known.",
        recommendation=(f"Did you mean {' or '.join(near)}? " if near else "")
        + "See them all with: az iot diag explain --list",
    )
