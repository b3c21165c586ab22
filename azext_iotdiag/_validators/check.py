"""What people typed for `check`."""

from __future__ import annotations

import difflib
import time
from dataclasses import dataclass, replace
from functools import partial

from azure.cli.core.azclierror import (
    InvalidArgumentValueError,
    MutuallyExclusiveArgumentError,
    RequiredArgumentMissingError,
)
from knack.log import get_logger

from azext_iotdiag._validators import (
    central,
    device,
    device_words,
    environment,
    facts_file,
    group,
    homes,
    hub_login,
    log_access,
    login,
    network,
    numbers,
    unusable,
    which_hub,
)
from azext_iotdiag._validators.account import judge_name
from azext_iotdiag._validators.key import string_of_device
from azext_iotdiag._validators.login_errors import as_az_errors
from azext_iotdiag._validators.target import hand_over
from azext_iotdiag.checks import catalogue
from azext_iotdiag.credential import inspection, user_credential
from azext_iotdiag.login.rights import CALL_METHODS, DPS_RIGHTS, QUERY
from azext_iotdiag.login.steps import stepping
from azext_iotdiag.model.access import GroupAsked, central_opened_by, opened_by
from azext_iotdiag.model.check import Link
from azext_iotdiag.model.dps import ProvisioningAsked
from azext_iotdiag.model.facts import Facts, Vantage
from azext_iotdiag.model.facts import given as facts_given
from azext_iotdiag.model.facts_json import Json, Loaded
from azext_iotdiag.model.goal import Goal
from azext_iotdiag.model.keys import Asked
from azext_iotdiag.model.method import MethodCall
from azext_iotdiag.model.network import Protocol
from azext_iotdiag.model.observed import WatchAsked
from azext_iotdiag.model.target import Services, Target
from azext_iotdiag.payload import ModelError
from azext_iotdiag.probes.context import Context, Typed
from azext_iotdiag.sessions.doctor import ALL, Selection
from azext_iotdiag.sessions.group import MembersAsked
from azext_iotdiag.streams import validation
from azext_iotdiag.streams.recorded import Place, Recorded

logger = get_logger(__package__)

LARGEST_FACTS = 64 * 1024 * 1024  # bytes
_ANSWER_SECONDS = 8  # that a device is given for its answer to --active
_KEY_STEP = "the keys of the hub"
# What names a service or a device, and has no meaning beside --facts.
_NAMING = (
    "host", "hub_name", "login", "app_id", "dps_name", "dps_login", "connection_string", "registration_id",
    "enrollment_id", "quiet_since", "device_query",
)  # fmt: skip


# Facts that name the device, the surest first.
_NAMING_A_DEVICE = ("identity", "central_device", "asked", "admission", "registration")


@dataclass(frozen=True)
class CheckOptions:
    """The options of `check`: the facts that were given or read from a file, which checks are asked for, what is shown
    and what is saved. `lists` tells that the checks are to be listed, and nothing else.

    `opened` and `dps` are what was named, for the commands that are advised. `group` names many devices, None for one.
    `report` is that in the file that --facts names, as JSON, None for none.
    """

    known: Facts
    device: str = ""
    opened: Target | None = None
    dps: Target | None = None
    selection: Selection = ALL
    watch: WatchAsked | None = None
    detail: bool = False
    fail_on: str = "undetermined"
    lists: bool = False
    save_facts: str | None = None
    junit: str | None = None
    group: MembersAsked | None = None
    report: Json = None

    @property
    def origins(self) -> tuple[str, ...]:
        """The lines that say for people how the services were opened, and from where the network is tested."""
        asked = self.known["network_asked"].value if "network_asked" in self.known else None
        observer = asked.observer if asked is not None else ""
        where = f"This tests from {observer}, in a data centre, and not from your device's network."
        return (*Services(self.opened, self.dps).origins, *([where] if observer else ()))


def check(cmd, namespace):
    """Judge the arguments of `check`: `target` becomes the Context, or None to measure nothing, `options` a Check."""
    shown = {
        "selection": Selection(_names("--only", namespace.only), _names("--skip", namespace.skip)),
        "detail": namespace.detail,
        "save_facts": namespace.save_facts,
        "junit": namespace.junit,
    }
    if namespace.list_:
        hand_over(namespace, None, CheckOptions(facts_given(time.time()), lists=True, **shown))
        return
    hand_over(namespace, *asked(cmd, namespace, **shown))


def asked(cmd, namespace, **shown):
    """What a diagnosis measures with, None to measure nothing; and its Check, in which `shown` stands, too."""
    shown["fail_on"] = str(namespace.fail_on)
    says = device_words.said(namespace)
    _judge_host(namespace)
    loaded = _read(namespace) if namespace.facts is not None else Loaded({}, ())
    read, shown["report"] = loaded.facts, loaded.report
    if namespace.facts is not None and not _names_anything(namespace):
        known = {**read, **_of_device(says)}
        return None, CheckOptions(known, namespace.device_id or _device_of(known), **shown)
    shown["group"] = group.asked(namespace)
    context, known = _opened(cmd, namespace)
    known = {**known, **{name: fact for name, fact in read.items() if name != "now"}, **_of_device(says)}
    opened = context.hub or context.central
    watch = _watch(namespace, context, known)
    return context, CheckOptions(known, context.device(known), opened, context.dps, watch=watch, **shown)


def _of_device(says):
    """The fact of what the device says, which was measured on the device, whatever reads it."""
    told = facts_given(time.time(), device_says=says)
    return {name: replace(fact, place=Vantage.DEVICE) for name, fact in told.items() if name != "now"}


def _opened(cmd, namespace):
    """What is measured with, and the facts that were given."""
    string, alone = string_of_device(namespace), namespace.host is not None
    known_at = None
    if homes.wanted(cmd, namespace):
        opened, known_at = homes.opened(cmd, namespace, partial(_found, actions=_actions(namespace)))
    elif namespace.app_id is not None:
        app = central.target(cmd, namespace)
        opened = {"central": app, "messages": lambda: app} if namespace.device_id else {"central": app}
    else:
        central.refuse_strays(namespace)
        opened = _hub(cmd, namespace, required=not (string or alone or _names_dps(namespace)))
    of_dps, managed_dps = _provisioning(cmd, namespace, opened)
    typed = _typed(namespace, string, opened, of_dps)
    if alone:
        typed = replace(typed, clock_host=network.judge_host(namespace.host))
    context = Context(typed, dps=of_dps, dps_resource=managed_dps, judge=_judge(namespace), **opened)
    hub = context.hub
    registered = typed.registration_id or typed.enrollment_id
    expected = bool(namespace.registration_id or namespace.enrollment_id)
    now = time.time()
    return context, _of_token(string, now) | facts_given(
        now,
        access=opened_by(hub),
        dps_access=opened_by(of_dps),
        central_access=central_opened_by(context.central),
        provisioning=ProvisioningAsked(of_dps.dps, registered, expected) if of_dps and registered else None,
        network_asked=_network(namespace, string, typed, context),
        group_asked=_group(namespace, context),
        goal=Goal(str(namespace.goal)),
        asked=Asked(hub.hub if hub else "", typed.device, typed.module) if string else None,
        given=string.facts if string else None,
        device_named=typed.device or None,
        homes=known_at,
    )


def _of_token(string, now):
    """The facts of the token in a device's string; none where it holds none."""
    inside = string.string if string else None
    if inside is None or inside.signature is None:
        return {}
    resource = inspection.resource_of(inside.host, inside.device, inside.module)
    expected = inspection.Expected(resource=resource, policy="")
    return inspection.facts(inspection.inspect(inside.signature.reveal(), expected), now)


def _network(namespace, string, typed, context):
    """What is tested of the network: a host that was named alone, or the one that a device's own string is tried at.

    Handshakes of the protocols of devices leave rows in a hub's log, so that they are asked for.
    """
    if namespace.host is not None:
        return network.asked(typed.clock_host)
    host = typed.device_host if string else context.hub.hub if namespace.handshake and context.hub else ""
    if not host:
        return network.asked(context.central.app) if context.central and not typed.device else None
    return network.asked(host, None if namespace.handshake else (Protocol.HTTPS,))


def _watch(namespace, context, known):
    """How long the device is watched; None where it is not. Raises for what contradicts, or has nothing to watch."""
    wait, observe = namespace.wait, namespace.observe
    if wait is None and observe is None:
        return None
    if wait is not None and observe is not None:
        raise MutuallyExclusiveArgumentError(
            "--wait ends at the first sign of the device, and --observe does not.",
            recommendation="Leave out one of the two.",
        )
    option = "--wait" if observe is None else "--observe"
    numbers.judge(option, wait if observe is None else observe, above=0)
    if not context.device(known) or (context.hub is None and context.messages is None):
        raise RequiredArgumentMissingError(
            f"{option} watches a device at its hub.", recommendation="Name both: --hub-name HUB --device-id DEVICE"
        )
    return WatchAsked(wait, True) if observe is None else WatchAsked(observe * 60.0)


def _group(namespace, context):
    """The reader's consumer group; None where none was named. Raises RequiredArgumentMissingError without a hub."""
    if namespace.consumer_group is None:
        return None
    if context.resource is None:
        raise RequiredArgumentMissingError(
            "--consumer-group is looked up in a hub that az's login finds.", recommendation="Name it with --hub-name."
        )
    return GroupAsked(context.resource.host, namespace.consumer_group)


def _names_dps(namespace):
    return namespace.dps_name is not None or namespace.dps_login is not None


def _hub(cmd, namespace, required):
    """The parts of a Context that a hub gives: what opens its registry, its messages and its settings."""
    name = namespace.hub_name
    text, source = which_hub.string(cmd, namespace)
    auth_type = str(namespace.auth_type) if namespace.auth_type else None
    if text is not None:
        target = login.hub_target(text, source)
        return {"hub": target, "messages": lambda: target}
    if name is None or not (which_hub.is_typed(name) or required):
        if required:
            raise RequiredArgumentMissingError(
                "What is to be checked? Name a hub, an application, a provisioning service, or a device's string.",
                recommendation=[
                    "az iot diag check --hub-name HUB --device-id DEVICE",
                    "az iot diag check --app-id APP --device-id DEVICE",
                    "az iot diag check --device-id DEVICE    # looks on every service that your login sees",
                    "az iot diag check --connection-string @device.txt",
                    "az iot diag check --host HUB.azure-devices.net",
                    "Without a hub: az iot diag lab start",
                ],
            )
        return {}
    judge_name(name)
    return _found(hub_login.find_hub(cmd, name, namespace.resource_group_name, auth_type), _actions(namespace))


def _actions(namespace):
    """The data actions that a role must allow beside those that read the device."""
    return {*QUERY, *CALL_METHODS} if namespace.active else ()


def _found(named, actions):
    """The same of a hub that was found by its name: what its settings say needs the login, its messages a key.

    `actions` are the data actions that a role must allow beside those that read the device.
    """
    with as_az_errors():
        registry = named.open(device.RIGHTS, actions)
    messages = stepping(partial(named.for_messages), _KEY_STEP, named.service.host)
    return {
        "hub": registry,
        "messages": messages,
        "resource": named.managed(),
        "logs": log_access.logs_of(named),
    }


def _provisioning(cmd, namespace, opened):
    """The provisioning service that was named, and the same in the resource manager; None where they are not known."""
    if not _names_dps(namespace):
        for option in ("registration_id", "enrollment_id"):
            if getattr(namespace, option) is not None:
                raise RequiredArgumentMissingError(
                    f"--{option.replace('_', '-')} is looked up in a provisioning service, and none is named.",
                    recommendation="Name it with --dps-name or --dps-login.",
                )
        return None, None
    if "central" in opened:
        raise MutuallyExclusiveArgumentError(
            "The provisioning service of an IoT Central application is its own, and shows nothing to others.",
            recommendation="Leave out --dps-name and --dps-login.",
        )
    group = None if "hub" in opened else namespace.resource_group_name  # else it is the hub's
    if namespace.dps_name is None or namespace.dps_login is not None:
        return device.provisioning(cmd, namespace, group), None
    auth_type = str(namespace.auth_type) if namespace.auth_type else None
    named = hub_login.find_dps(cmd, namespace.dps_name, group, auth_type)
    with as_az_errors():
        return named.open(DPS_RIGHTS), named.managed()


def _typed(namespace, string, opened, dps):
    """What probes are told: ids, the device's key, and the host whose clock and device API count."""
    inside = string.string if string else None
    hub = opened.get("hub") or opened.get("central")
    host = (hub.hub or hub.app) if hub else dps.dps if dps else ""
    device_host = inside.host if inside else host
    named = namespace.device_id or (inside.device if inside else "")
    return Typed(
        device=named,
        module=inside.module if inside else "",
        registration_id=namespace.registration_id or ("" if namespace.enrollment_id or not dps else named),
        enrollment_id=namespace.enrollment_id or "",
        clock_host=host or device_host,
        transport=environment.way(host, "wire", namespace.transport) if "messages" in opened else "",
        device_host=device_host,
        gateway=inside.gateway if inside else "",
        key=string.key if string else "",
        key_is_faulty=bool(string and string.facts.fault_of_key),
        signing_key=user_credential.secret(string) if string else None,
        signature=inside.signature if inside else None,
        model=namespace.model or "",
        method=MethodCall(response_seconds=_ANSWER_SECONDS) if namespace.active else None,
    )


def _judge(namespace):
    """What says what is wrong in a message. Raises InvalidArgumentValueError for a model that cannot be used."""
    try:
        judge = validation.judge_of(validation.Rules(namespace.model))
    except ModelError as wrong:
        raise unusable.model(wrong) from None
    return lambda event: judge(Recorded(event, Place("", "", 0)))


def _read(namespace):
    """The facts of the file that --facts names. Those of a device's script go with what is measured here; any others
    take the place of all that is measured.
    """
    loaded = facts_file.read(namespace.facts, LARGEST_FACTS)
    of_device = "ways" in loaded.facts and loaded.facts["ways"].place is Vantage.DEVICE
    for name in () if of_device else _NAMING:
        if which_hub.is_typed(getattr(namespace, name)):
            raise MutuallyExclusiveArgumentError(
                f"--facts judges a file without any service, and --{name.replace('_', '-')} names one.",
                recommendation="Leave out one of the two. The output of a device's script goes with both.",
            )
    if "now" not in loaded.facts:  # the verdict compares times with it
        raise InvalidArgumentValueError(f"--facts {namespace.facts}: facts.now: this is missing.")
    for each in loaded.notes:
        logger.warning("%s", each)
    return loaded


def _names_anything(namespace):
    """Whether a service or a device was named."""
    return any(which_hub.is_typed(getattr(namespace, name)) for name in _NAMING)


def _judge_host(namespace):
    """Raise MutuallyExclusiveArgumentError where a bare host is named beside what names a service."""
    if namespace.host is None:
        return
    for name in _NAMING:
        if name != "host" and which_hub.is_typed(getattr(namespace, name)):
            raise MutuallyExclusiveArgumentError(
                f"--host names a host alone, and --{name.replace('_', '-')} names a service or a device.",
                recommendation="Leave out one of the two.",
            )


def _device_of(known):
    """The device that saved facts are about, as far as they tell."""
    told = (getattr(known[name].value, "device", "") for name in _NAMING_A_DEVICE if name in known)
    return next(filter(None, told), "")


def _names(option, texts):
    """The checks and links that were named. Raises InvalidArgumentValueError, with what may have been meant."""
    there = {check.name for check in catalogue.ALL} | {link.value for link in Link}
    for text in texts or ():
        if text not in there:
            near = difflib.get_close_matches(text, sorted(there), n=3)
            raise InvalidArgumentValueError(
                f"{option} {text}: there is no check and no link of that name.",
                recommendation=f"Did you mean {' or '.join(near)}?" if near else "See az iot diag check --list",
            )
    return frozenset(texts or ())
