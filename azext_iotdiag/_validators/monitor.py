"""What people typed for `monitor`."""

from __future__ import annotations

import re
import time
from dataclasses import replace

from azure.cli.core.azclierror import (
    InvalidArgumentValueError,
    RequiredArgumentMissingError,
)
from knack.log import get_logger

from azext_iotdiag._validators import (
    account,
    central,
    environment,
    hub_login,
    login,
    numbers,
    position,
    timestamps,
    which_hub,
)
from azext_iotdiag._validators.target import hand_over
from azext_iotdiag.credential import connection_string as strings
from azext_iotdiag.model import share
from azext_iotdiag.model.event import PROPERTIES
from azext_iotdiag.sessions.asked import MessagesAsked, MonitorOptions, SessionLimits
from azext_iotdiag.streams import content_type, since
from azext_iotdiag.streams.filters import MessageFilters

logger = get_logger(__package__)

LONGEST_QUERY = 8192  # https://learn.microsoft.com/azure/iot-hub/query-twins#twin-query-limitations
IDLE_MARGIN_SECONDS = 60  # beyond the beat, for an idle stream to end by itself
# What an id may hold: of devices and modules as the hub's registry has it, of components a DTDL name, of interfaces a
# DTMI, or a URN as in the first preview of plug and play. The wildcards are added.
# https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-identity-registry
_ID = (rf"[{strings.ID_CHARACTERS}]{{1,128}}", "at most 128 letters, digits and - : . + % _ # * ? ! ( ) , = @ ; $ '")
_PATTERNS = {
    "device": _ID,
    "module": _ID,
    "component": (r"[A-Za-z0-9_*?]{1,512}", "letters, digits and _"),
    "interface": (r"[A-Za-z0-9_:;.*?-]{1,2048}", "letters, digits and _ : ; . - as in dtmi:com:example:Pump;1"),
}


def events(cmd, namespace):
    """Judge the arguments of `monitor events`: they become a Target and MonitorOptions."""
    expect_every = _expect_every(namespace)
    shown = namespace.properties
    if shown is not None:
        shown = frozenset(PROPERTIES if "all" in shown else shown)
    if namespace.content_type is not None:
        _judge_content_type(namespace.content_type)
    for option, given in (("--yes", namespace.yes), ("--repair", namespace.repair)):
        if given:
            logger.warning("%s has no effect: nothing is asked and nothing is installed here.", option)
    found, asked = stream(cmd, namespace)
    options = MonitorOptions(replace(asked, expect_every=expect_every), shown, namespace.content_type)
    hand_over(namespace, found, options)


def stream(cmd, namespace):
    """Judge what says which messages are read, by any command. Returns the Target and what is Asked of it.

    The target is found through az's account where --hub-name names it.
    """
    source = where(cmd, namespace)
    for option, pattern, what in (
        ("--device-id", namespace.device_id, "device"),
        ("--module-id", namespace.module_id, "module"),
        ("--component", namespace.component, "component"),
        ("--interface", namespace.interface, "interface"),
    ):
        judge_pattern(option, pattern, what)
    _judge_query(namespace.device_query, namespace.login, source)
    if namespace.auth_type == "login":
        raise InvalidArgumentValueError(
            "--auth-type login cannot read messages: a hub's built-in endpoint takes no Entra token.",
            recommendation="Leave it out: with --hub-name, the key of a policy is read with az's login.",
        )
    _judge_consumer_group(namespace.consumer_group)
    numbers.judge("--max-messages", namespace.max_messages, at_least=1)
    numbers.judge("--duration", namespace.duration, above=0)
    numbers.judge("--timeout", namespace.timeout, at_least=0)
    begin = _since(namespace.since)
    part, saved = _share(namespace.share), position.judge(namespace)
    group = str(namespace.consumer_group)
    if namespace.login is None:
        namespace.login = hub_login.messages(
            cmd,
            namespace.hub_name,
            namespace.resource_group_name,
            str(namespace.auth_type) if namespace.auth_type else None,
            queries=namespace.device_query is not None,
            consumer_group="" if group == "$Default" else group,
        )
    found = namespace.login
    host = found.event_hub or found.hub or found.app
    transport = environment.way(host, str(namespace.reader), namespace.transport)
    filters = MessageFilters(namespace.device_id, namespace.module_id, namespace.component, namespace.interface)
    ends = limits(namespace.max_messages, namespace)
    asked = MessagesAsked(filters, namespace.device_query, group, begin, str(namespace.reader), transport, ends)
    return found, replace(asked, share=part, position=saved, save_position=namespace.save_position)


def limits(count, namespace):
    """What ends a stream after so many messages or changes, or by --duration or --timeout."""
    return SessionLimits(count, namespace.duration, namespace.timeout or None)


def where(cmd, namespace):
    """Make a Target of what says where to look, None where --hub-name does; returns the option that it came from."""
    if namespace.app_id is not None:
        namespace.login = _app(cmd, namespace)
        return "--app-id"
    central.refuse_strays(namespace)
    text, source = _which_hub(cmd, namespace)
    namespace.login = login.service_target(text, source) if text is not None else None
    return source


def _app(cmd, namespace):
    if getattr(namespace, "reader", "") == "sdk":
        raise InvalidArgumentValueError(
            "--reader sdk reads one hub with a key, and an IoT Central application has several and gives tokens.",
            recommendation="Leave out --reader.",
        )
    return central.target(cmd, namespace)


def _which_hub(cmd, namespace):
    """The connection string and where it comes from; no string where --hub-name counts."""
    text, source = which_hub.string_or_name(cmd, namespace)
    if text is not None:
        if namespace.resource_group_name is not None:
            logger.warning("--resource-group has no effect: %s says which hub.", source)
        return text, source
    if namespace.hub_name is None:
        raise RequiredArgumentMissingError(
            "Which hub? None of --hub-name, --login and --app-id is there.",
            recommendation=[
                "Give the hub's name with --hub-name, to find it through az's login.",
                "Or an IoT Central application with --app-id.",
                "Or put the hub's service connection string into a file and write --login @FILE, or into the variable "
                "AZURE_IOTDIAG_LOGIN.",
                f"{strings.HUB_STRING}.",
                "Without a hub: az iot diag lab start",
            ],
        )
    account.judge_name(namespace.hub_name)
    return None, "--hub-name"


def judge_pattern(option, text, what):
    characters, words = _PATTERNS[what]
    if text is None or re.fullmatch(characters, text):
        return  # the wildcards are among the characters
    if not text:
        raise InvalidArgumentValueError(
            f"{option} is empty.", recommendation=f"Leave it out to see the messages of every {what}."
        )
    raise InvalidArgumentValueError(
        f"{option} can match no {what}: its id consists of {words}.",
        recommendation="Copy the id as the hub shows it, or use the wildcards * and ?",
    )


def _judge_query(text, target, source):
    if text is None:
        return
    if not re.match(r"\s*select\s", text, re.IGNORECASE):
        raise InvalidArgumentValueError(
            "--device-query is no query: a query begins with SELECT.",
            recommendation="For example: --device-query \"SELECT * FROM devices WHERE tags.site = 'north'\"",
        )
    if len(text) > LONGEST_QUERY:
        raise InvalidArgumentValueError(
            f"--device-query has {len(text)} characters; a hub takes at most {LONGEST_QUERY}.",
            recommendation="Give the devices a tag, and ask for that.",
        )
    if target is not None and not target.hub:
        raise InvalidArgumentValueError(
            f"--device-query asks the hub for devices, and {source} is an Event Hub-compatible string, which opens the "
            "messages alone.",
            recommendation=["Name the hub with --hub-name.", f"{strings.OWNER_STRING}."],
        )


def _judge_consumer_group(text):
    if not text or re.search(r"[\s/]", text):
        raise InvalidArgumentValueError(
            "--consumer-group is empty." if not text else "--consumer-group holds a blank or '/', which no name has.",
            recommendation="Leave it out to read with $Default.",
        )


def _share(text):
    if text is None:
        return share.WHOLE
    try:
        return share.read(text)
    except share.BadShare as wrong:
        raise InvalidArgumentValueError(
            f"--share: {wrong}.", recommendation="Four copies take --share 1/4, 2/4, 3/4 and 4/4."
        ) from None


def _since(text):
    if text is None:
        return None
    now = time.time()
    moment = timestamps.read(text, now)
    if since.lacks_zone(text):
        logger.warning("--since names no time zone and is taken as UTC: %s.", since.written(moment))
    if since.outlives_retention(moment, now):
        logger.warning("No hub keeps messages for more than 7 days; reading begins with the oldest message left.")
    return moment


def _expect_every(namespace):
    if namespace.expect_every is None:
        return None
    try:
        seconds = since.duration(namespace.expect_every)
    except ValueError as fault:
        raise InvalidArgumentValueError(f"--expect-every: {fault}.") from None
    numbers.judge("--expect-every", seconds, at_least=1)
    if getattr(namespace.timeout, "is_default", False):  # silence is what is looked for, and no reason to end too early
        namespace.timeout = max(namespace.timeout, int(seconds) + IDLE_MARGIN_SECONDS)
    for option, limit in (("--timeout", namespace.timeout), ("--duration", namespace.duration)):
        if limit and limit <= seconds and namespace.since is None:
            logger.warning(
                "%s ends the stream after %g s, before a device can miss the beat that --expect-every asks for.",
                option,
                limit,
            )
    return seconds


def _judge_content_type(text):
    try:
        content_type.decoder(text)
    except ValueError as fault:
        raise InvalidArgumentValueError(f"--content-type: {fault}.") from None
