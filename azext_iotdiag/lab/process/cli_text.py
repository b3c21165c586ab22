"""A lab's data as lines for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from azext_iotdiag.lab.audit import audit_text
from azext_iotdiag.lab.process.shells import loading
from azext_iotdiag.model.counts import counted

if TYPE_CHECKING:  # `lab status` has neither and is asked often
    from azext_iotdiag.lab.audit.watching import Event, WatchEnded
    from azext_iotdiag.lab.faults.active import Fault
    from azext_iotdiag.lab.process.shell import OpenedShell
    from azext_iotdiag.lab.scenarios.scenario import Scenario


def description(described: Mapping[str, Any]) -> list[str]:
    """How to reach a lab."""
    strings, endpoints = described["connectionStrings"], described["endpoints"]
    devices = strings["devices"]
    return [
        f"The lab {described['name']!r} is ready: {described['hub']}",
        *_endpoints(endpoints),
        "",
        "Load it into this shell:",
        f"  {loading(described['environmentFile'])}",
        "Service (--login):",
        f"  {strings['service']}",
        f"Devices ({len(devices)}; all of them with -o json):",
        *(f"  {text}" for text in list(devices.values())[:3]),
        *(line for app in described["central"] for line in _central(app)),
        *_hosts(described),
        *_lan(described),
        f"Watch what devices do: az iot diag lab watch --name {described['name']}",
    ]


def _hosts(described: Mapping[str, Any]) -> list[str]:
    if "hostsLine" not in described:
        return []
    return ["For clients with fixed ports, add this line to /etc/hosts:", f"  {described['hostsLine']}"]


def _lan(described: Mapping[str, Any]) -> list[str]:
    lan = described.get("lan")
    if not lan:
        return []
    ports = ", ".join(f"{service.upper()} {port}" for service, port in lan["ports"].items())
    return [
        f"Other machines reach it at {', '.join(lan['addresses']) or 'no address yet'} ({ports}).",
        f"They must trust {described['caFile']}. Lines for their file of hosts, one of which is enough:",
        *(f"  {line}" for line in lan["hostsLines"]),
    ]


def exposed(addresses: Iterable[str]) -> str:
    """What is said before a lab listens on the local network."""
    reached = ", ".join(addresses) or "no address at this moment"
    return (
        f"Every machine of your local network will reach this lab, at {reached}. It reaches the hub and the "
        "provisioning service over MQTT, AMQP and HTTPS, and needs one of their keys. It does not reach the control "
        "port, the proxy, managed identities, Entra ID, the resource manager and IoT Central."
    )


def notes(described: Mapping[str, Any]) -> list[str]:
    """What turned out otherwise than asked for."""
    return list(described.get("notes", ()))


def _central(app: Mapping[str, Any]) -> list[str]:
    return [f"IoT Central (--app-id {app['appId']}; its devices with -o json), --token:", f"  {app['token']}"]


def login(made: Mapping[str, Any]) -> list[str]:
    """Who is logged in to a lab, and how to use that."""
    return [
        f"az is logged in to the lab {made['name']!r} as its {made['role']} ({made['identity']}), in a configuration "
        "of its own.",
        "Use it in this shell, where nothing can then reach Azure, with:",
        f"  {loading(made['environmentFile'])}",
        "For example:",
        f"  az iot hub show -n {made['hub'].partition('.')[0]}",
    ]


def shell(opened: OpenedShell) -> list[str]:
    """What a shell of a lab is set up for."""
    name = opened.name
    how = (
        "az in it is logged in to the lab, and nothing in it reaches Azure."
        if opened.logged_in
        else f"To have az logged in to the lab, too, run `az iot diag lab login --name {name}` before."
    )
    return [f"This shell finds the lab {name!r}; exit ends it.", how]


def status(answer: Mapping[str, Any]) -> list[str]:
    """How a lab is."""
    endpoints, counts = answer["endpoints"], answer["counts"]
    on = ", ".join(fault["name"] + "".join(f" {key}={value}" for key, value in fault["parameters"].items())
                   for fault in answer["faults"])  # fmt: skip
    lines = [
        f"The lab {answer['name']!r} runs since {answer['since']}: {answer['hub']}",
        *_endpoints(endpoints),
        f"  Load it into a shell: {loading(answer['environmentFile'])}",
        *([f"  Scenario: {answer['scenario']}"] if answer.get("scenario") else []),
        *_kept(answer),
        *(f"  Endpoint {each['name']}: {each['messages']} messages in {each['file']}, {each['health']}"
          for each in answer.get("endpointFiles", ())),
        f"  Faults: {on or 'none'}",
        f"  {counts['connections']} open connections, {counts['events']} events so far; "
        f"audit: {counts['accepted']} accepted, {counts['refused']} refused, {counts['ended']} ended",
        "",
        *table(
            ("DEVICE", "CONNECTED", "LAST ACTIVITY", *(["WHAT IT DOES"] if answer.get("scenario") else [])),
            ((device["id"], "yes" if device["connected"] else "no", device["lastActivity"] or "never",
              *([device.get("doing", "")] if answer.get("scenario") else [])) for device in answer["devices"]),
        ),
    ]  # fmt: skip
    audit = answer.get("audit", [])
    if left_out := answer.get("auditLeftOut"):
        more = [f"{counted(left_out, 'routine record')} not shown, such as requests of az. To see all, add --all."]
    else:
        more = []
    return [*lines, "", *map(audit_text.line, audit), *more] if audit or more else lines


def _kept(answer: Mapping[str, Any]) -> list[str]:
    kept = answer.get("kept")
    if not kept:
        return []
    if kept["problem"]:
        return [f"  NOT KEPT since {kept['saved']}, because it cannot be written: {kept['problem']} ({kept['file']})"]
    return [f"  Kept in {kept['file']}"]


def _endpoints(endpoints: Mapping[str, str]) -> list[str]:
    return [
        f"  AMQPS {endpoints['amqps']}, MQTTS {endpoints['mqtts']}, HTTPS {endpoints['https']} (WebSocket)",
        f"  Event Hubs {endpoints['namespace']}; proxy (HTTP and SOCKS5) {endpoints['proxy']}",
        f"  Entra ID and Azure Resource Manager by that proxy; managed identities {endpoints['identity']}",
    ]


def stopped(answer: Mapping[str, Any]) -> list[str]:
    """Which labs were stopped."""
    lines = [f"The lab {each!r} has ended." for each in answer["stopped"]] or ["No lab runs."]
    return [*lines, *(f"What the lab {each!r} kept is removed." for each in answer.get("forgotten", ()))]


def broken(answer: Mapping[str, Any]) -> list[str]:
    """Which fault is on, and how to end it."""
    fault = answer["fault"]
    shown = "".join(f" {key}={value}" for key, value in answer["parameters"].items())
    return [f"{fault}{shown} is on. End it with: az iot diag lab mend --name {answer['name']} --fault {fault}"]


def mended(answer: Mapping[str, Any]) -> list[str]:
    """Which faults are off."""
    return [f"{each} is off." for each in answer["mended"]] or ["No fault was on."]


def watching(event: Event) -> list[str]:
    """What is said while a lab is watched; of the end see `watched`."""
    from azext_iotdiag.lab.audit.watching import Missed, WatchBegun

    if isinstance(event, WatchBegun):
        return [f"Watching the lab {event.name}; Ctrl-C ends it."]
    if isinstance(event, Missed):
        return [f"{event.count} more are not shown: they came too fast."]
    return []


def watched(end: WatchEnded) -> list[str]:
    """How watching ended."""
    return ["Watching has ended; the lab runs on." if end.stopped else "The time is up, or the lab has ended."]


def faults_data(known: Iterable[Fault]) -> list[dict[str, Any]]:
    """The faults there are, as data."""
    return [
        {
            "name": fault.name,
            "title": fault.title,
            "heals": fault.heals,
            "code": fault.entry.code if fault.entry else None,
            "parameters": dict(fault.parameters),
            "seen": fault.seen or None,
        }
        for fault in known
    ]


def scenarios_data(known: Iterable[Scenario]) -> list[dict[str, Any]]:
    """The scenarios there are, as data."""
    return [
        {
            "name": scenario.name,
            "title": scenario.title,
            "devices": [{"id": each.device, "doing": each.doing} for each in scenario.residents],
        }
        for scenario in known
    ]


def faults(known: Iterable[Fault]) -> list[str]:
    """The faults there are."""
    return table(
        ("FAULT", "HEALS", "PARAMETERS", "WHAT HAPPENS"),
        ((fault.name, "yes" if fault.heals else "no",
          " ".join(f"[{key}=N]" if value is None else f"{key}={value}"
                   for key, value in fault.parameters.items()) or "-", fault.title)
         for fault in known),
    )  # fmt: skip


def scenarios(known: Iterable[Scenario]) -> list[str]:
    """The scenarios there are."""
    return table(
        ("SCENARIO", "DEVICES", "WHAT THERE IS TO SEE"),
        ((each.name, str(len(each.residents)), each.title) for each in known),
    )


def table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    """Columns as wide as they need to be."""
    lines = [heads, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
