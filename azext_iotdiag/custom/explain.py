"""`az iot diag explain`: what a code means, or what happened by a log."""

from __future__ import annotations


def explain(cmd, codes=None, context="", sdk="", list_codes=False, show_all=False, follow=False):
    """Explain names that were given, or a text that was given or comes on standard input."""
    from azext_iotdiag import output
    from azext_iotdiag.insights import survey
    from azext_iotdiag.render import entry

    context = str(context or "")
    if list_codes:
        found = survey.listed(context)
        return output.hand_back(cmd, entry.contents(found), entry.list_lines(found))
    if codes in (None, [], ["-"]):
        return _log(cmd, {"context": context, "sdk": str(sdk or ""), "stdin": bool(codes), "follow": follow}, show_all)
    found = survey.ask(codes, context, str(sdk or ""))
    if found.story is None:
        return output.hand_back(cmd, entry.data(found.mentions), entry.text(found.mentions))
    return _story(cmd, found.story, show_all)


def _log(cmd, asked, show_all):
    """What happened by the log on standard input, which was asked for by -, or is just there."""
    import sys

    from azext_iotdiag import output
    from azext_iotdiag.render import story
    from azext_iotdiag.sessions import logs

    read = logs.read(sys.stdin, logs.LogAsked(**asked), output.hears(story.event_lines))
    output.leave(cmd, read.exit_code)
    return _story(cmd, read.story, show_all)


def _story(cmd, told, show_all):
    """What happened by a text; that nothing did is said in every form."""
    from azext_iotdiag import output
    from azext_iotdiag.render import story

    lines = story.text(told, whole=show_all)
    if told.root is None and output.data_alone(cmd):
        output.say(next(lines))
    return output.hand_back(cmd, story.data(told), lines)
