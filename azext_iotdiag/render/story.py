"""What happened by a log: as text that fits one screen, whole, and as data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from azext_iotdiag.model.code_hit import LogAwaited, LogInterrupted
from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.finding import Entry
from azext_iotdiag.model.story import LogNews, Root, Story
from azext_iotdiag.render import entry
from azext_iotdiag.render.commands import with_extension
from azext_iotdiag.render.event import printable
from azext_iotdiag.render.text import FEW

_BEFORE = 3  # earlier failures that are told


def data(story: Story) -> dict[str, Any]:
    """The story as az formats it: the root, what came before, what followed, and every finding with its lines."""
    told = entry.data(story.mentions, story.lines)
    for each in told["entries"]:
        each["role"] = story.roles[each["code"]]
    followed = [each for each in told["entries"] if each["role"] == "consequence"]
    return {
        **told,
        "dialects": list(story.dialects),
        "root": _root(story.root) if story.root else None,
        "before": [_root(each) for each in story.before],
        "consequences": {
            "lines": story.consequences,
            "codes": [{"code": each["code"], "count": each["count"], "lines": each["lines"]} for each in followed],
        },
        "onDevice": story.on_device,
        "notes": list(story.notes),
        "nextCommand": story.next_command,
    }


def _root(root: Root) -> dict[str, Any]:
    return {
        "codes": [each.code for each in root.entries],
        "title": root.entries[0].title,
        "line": root.line,
        "time": root.clock,
        "words": root.words,
        "times": root.times,
        "lastLine": root.last,
        "recoveredLine": root.healed or None,
        "device": root.speaker,
    }


def event_lines(event: LogAwaited | LogInterrupted | LogNews) -> Iterator[str]:
    """What is said while a log is read."""
    if isinstance(event, LogInterrupted):
        yield f"Interrupted after {counted(event.lines, 'line')}: not everything was read."
    elif isinstance(event, LogNews):
        if event.story.root is not None:
            yield from _headline(event.story.root)
    else:
        yield "Waiting for a log on standard input ..."


def text(story: Story, *, whole: bool = False) -> Iterator[str]:
    """The story for a person; `whole` with every finding."""
    root = story.root
    if root is None:
        yield f"No known failure in {counted(story.lines, 'line')}."
        yield from (f"  {note}" for note in story.notes)
        return
    yield from _headline(root)
    yield from _course(story, root)
    yield ""
    for number, each in enumerate(root.entries):
        yield from _meaning(each, several=len(root.entries) > 1, last=number == len(root.entries) - 1)
    if story.on_device:
        yield f"  On the device: {story.on_device}"
    for note in story.notes:
        yield f"  {note}"
    if whole:
        yield ""
        yield from entry.survey(story.mentions, story.lines)
    if story.next_command:
        yield f"Next: {story.next_command}"


def _headline(root: Root) -> Iterator[str]:
    mark = "√" if root.healed else "×"
    names = " or ".join(f"{each.title} [{each.code}]" for each in root.entries)
    yield f"{mark} {names}" + (f": recovered in line {root.healed:,}" if root.healed else "")
    when = f", {root.clock}" if root.clock else ""
    device = f", {printable(root.speaker)}" if root.speaker else ""
    yield f"  Line {root.line:,}{when}{device}: {printable(root.words)}"


def _course(story: Story, root: Root) -> Iterator[str]:
    if root.times > 1:
        yield f"  The same {counted(root.times, 'time')}, last in line {root.last:,}."
    if story.consequences:
        kinds = [each for each in story.mentions if story.roles[each.entry.code] == "consequence"]
        named = ", ".join(f"{each.times}x {each.entry.code}" for each in kinds[:4])
        yield f"  {counted(story.consequences, 'line')} followed from it" + (f": {named}." if named else ".")
    for each in story.before[-_BEFORE:]:
        over = f", over in line {each.healed:,}" if each.healed else ""
        yield f"  Before, in line {each.line:,}: {each.entries[0].title} [{each.entries[0].code}]{over}."
    if story.dialects:
        yield f"  The log is of: {', '.join(story.dialects[:3])}. `--all` shows every finding."


def _meaning(each: Entry, *, several: bool, last: bool) -> Iterator[str]:
    lead = f"[{each.code}] " if several else ""
    yield f"  {lead}{each.meaning}"
    if several:
        if last:
            yield "  The log does not tell these apart."
        return
    for number, cause in enumerate(each.causes[:FEW], start=1):
        yield f"  {number}. {cause.why}"
        for step in cause.mitigation[:1]:
            yield f"     → {with_extension(step)}"
    if len(each.causes) > FEW:
        yield f"  {len(each.causes) - FEW} more: az iot diag explain {each.code}"
