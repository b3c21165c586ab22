"""What people typed for `report create`."""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass, fields, replace
from datetime import datetime, timezone
from pathlib import Path

from azure.cli.core.azclierror import InvalidArgumentValueError

from azext_iotdiag._validators import check, ids
from azext_iotdiag._validators.check import CheckOptions
from azext_iotdiag._validators.target import hand_over
from azext_iotdiag.model import facts_json
from azext_iotdiag.model.network import Protocol
from azext_iotdiag.model.ticket import MOST_DEVICES, TicketTyped, Tracking
from azext_iotdiag.streams import since

LONGEST = 100  # characters of what a person types about the device
MOST_TRACKING = 10
_SUFFIXES = (".html", ".json")
_SEPARATORS = tuple(filter(None, (os.sep, os.altsep)))
_TRACKING = re.compile(r"[\w:.-]{8,100}", re.ASCII)
_NOT_IN_NAMES = re.compile(r"[^\w.-]+", re.ASCII)
_LONGEST_NAME = 60  # characters of a device or host in the name of a file


@dataclass(frozen=True)
class Create:
    """The options of `report create`: what is diagnosed, what the user says of the trouble, and the files to write.

    `made` is when, in milliseconds since 1970. With `overwrite` the files take the place of others.
    """

    check: CheckOptions
    ticket: TicketTyped
    page: str
    data: str
    overwrite: bool
    made: int


def create(cmd, namespace):
    """Judge the arguments of `report create`: `target` becomes the Context, or None, `options` a Create."""
    now = time.time()
    others = _other_devices(namespace)
    ticket = {
        "started": _time("--started", namespace.started, now),
        "devices": (namespace.device_id, *others) if namespace.device_id else (),
        "protocol": Protocol(str(namespace.protocol).replace("_", "-")).title if namespace.protocol else "",
        "sdk": _words("--sdk", namespace.sdk),
        "sdk_version": _words("--sdk-version", namespace.sdk_version),
        "language": _words("--language", namespace.language),
        "tracking": _tracking(namespace.tracking_id, now),
    }
    to_file, overwrite = namespace.to_file, namespace.overwrite
    if to_file is not None:
        _files(to_file, overwrite)
    context, options = check.asked(cmd, namespace)
    found = (context.resource, context.dps_resource) if context is not None else ()
    resources = tuple(each.id for each in found if each is not None)
    page, data = _files(to_file or _usual_name(options, now), overwrite)
    typed = _with_kept(TicketTyped(resources, **ticket), options.report)
    hand_over(namespace, context, Create(options, typed, page, data, overwrite, int(now * 1000)))


def _with_kept(typed, report):
    """What was typed, and what was typed for the report that --facts names where it is not typed again."""
    if not isinstance(report, dict) or report.get("typed") is None:
        return typed
    try:
        kept = facts_json.decode(report["typed"], TicketTyped, "report.typed")
    except facts_json.BadFacts as wrong:
        raise InvalidArgumentValueError(f"--facts: {wrong}.") from None
    again = {each.id.lower() for each in typed.tracking}
    tracking = (*typed.tracking, *(each for each in kept.tracking if each.id.lower() not in again))
    given = {
        each.name: value for each in fields(TicketTyped) if (value := getattr(typed, each.name)) not in ((), "", None)
    }
    return replace(kept, **{**given, "tracking": tracking})


def _other_devices(namespace):
    """The ids behind the first. Raises InvalidArgumentValueError."""
    others = getattr(namespace, "other_device_ids", ())
    if len(others) >= MOST_DEVICES:
        raise InvalidArgumentValueError(
            f"--device-id takes {MOST_DEVICES} ids at most: support looks at examples.",
            recommendation="The first of them is diagnosed. For many devices, use --device-query or --quiet-since.",
        )
    for each in others:
        ids.judge_text("--device-id", "device", each)
    return others


def _time(option, text, now):
    if text is None:
        return None
    try:
        return since.read(text, now)
    except ValueError as wrong:
        raise InvalidArgumentValueError(f"{option}: {wrong}") from None


def _words(option, text):
    """A few words about the device. Raises InvalidArgumentValueError for more."""
    words = " ".join((text or "").split())
    if text is not None and not 1 <= len(words) <= LONGEST:
        raise InvalidArgumentValueError(
            f"{option} takes 1 to {LONGEST} characters, and {len(words)} were given.",
            recommendation="Give a name or a version, such as azure-iot-device or 2.14.0.",
        )
    return words


def _tracking(texts, now):
    """The tracking ids, each with the time behind its equals sign."""
    if len(texts or ()) > MOST_TRACKING:
        raise InvalidArgumentValueError(f"--tracking-id takes {MOST_TRACKING} ids at most.")
    found = []
    for text in texts or ():
        name, _, at = text.partition("=")
        if not _TRACKING.fullmatch(name):
            raise InvalidArgumentValueError(
                "--tracking-id: this is no tracking id. An id has 8 to 100 letters, digits and - : . _",
                recommendation="Copy the id as the service wrote it, and put its time behind an equals sign: "
                "--tracking-id 5e4d3c2b1a0f4e3d8c7b6a5f4e3d2c1b-G:11=2026-11-30T10:58:20Z",
            )
        moment = _time("--tracking-id", at, now) if at else None
        found.append(Tracking(name, since.written(moment) if moment is not None else "", "the user"))
    return tuple(found)


def _usual_name(options, now):
    """The name of the files where none was given: of the device or service, and the time."""
    opened = options.opened or options.dps
    about = options.device or (opened and (opened.hub or opened.app or opened.dps)) or "diagnosis"
    name = _NOT_IN_NAMES.sub("_", about)[:_LONGEST_NAME]
    return f"iot-diag-report-{name}-{datetime.fromtimestamp(now, timezone.utc):%Y%m%dT%H%M%SZ}"


def _files(text, overwrite):
    """The paths of the page and of the data. Raises InvalidArgumentValueError where they cannot be made."""
    path = Path(text[: -len(".html")] if text.endswith(_SUFFIXES) else text)
    if not path.name or text == "-" or text.endswith(_SEPARATORS):
        raise InvalidArgumentValueError(
            "--to-file names no file. A report is two files, NAME.html and NAME.json.",
            recommendation="Give a name without an ending, such as --to-file pump-7",
        )
    if not path.parent.is_dir():
        raise InvalidArgumentValueError(f"--to-file {text}: there is no folder {path.parent}.")
    if not os.access(path.parent, os.W_OK):
        raise InvalidArgumentValueError(
            f"--to-file: you have no permission to write into the folder {path.parent}.",
            recommendation="Name a file in another folder.",
        )
    page, data = (path.with_name(path.name + suffix) for suffix in _SUFFIXES)
    for each in (page, data):
        if each.is_dir() or ((each.exists() or each.is_symlink()) and not overwrite):
            raise InvalidArgumentValueError(
                f"--to-file: {each} is there already.",
                recommendation="Give another name, or replace the files with --overwrite.",
            )
    return str(page), str(data)
