"""`az iot diag explain`: what a code means, or the codes in a log."""

from __future__ import annotations


def explain(cmd, codes=None, context="", list_codes=False):
    """Explain names that were given, or a text that was given or comes on standard input."""
    from azext_iotdiag import output
    from azext_iotdiag.insights import survey
    from azext_iotdiag.render import entry

    context = str(context or "")
    if list_codes:
        found = survey.listed(context)
        return output.hand_back(cmd, entry.contents(found), entry.list_lines(found))
    if codes in (None, [], ["-"]):
        return _log(cmd, context, asked=bool(codes))
    mentions = survey.ask(codes, context)
    if survey.were_named(mentions):
        return output.hand_back(cmd, entry.data(mentions), entry.text(mentions))
    return _hand_back(cmd, mentions, len(" ".join(codes).splitlines()))


def _log(cmd, context, asked):
    """The codes of the log on standard input, which was `asked` for by -, or is just there."""
    import sys

    from azext_iotdiag import output
    from azext_iotdiag.render import entry
    from azext_iotdiag.sessions import logs

    read = logs.read(sys.stdin, context, output.hears(entry.told), asked=asked)
    output.leave(cmd, read.exit_code)
    return _hand_back(cmd, read.mentions, read.lines)


def _hand_back(cmd, mentions, lines):
    """What a text of so many lines mentions; that it mentions nothing is said in every form."""
    from azext_iotdiag import output
    from azext_iotdiag.render import entry

    told = entry.survey(mentions, lines)
    if not mentions and output.data_alone(cmd):
        output.say(next(told))
    return output.hand_back(cmd, entry.data(mentions, lines), told)
