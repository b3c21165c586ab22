"""Every secret that a lab knows or hands out, and the search for any piece of one in what was written."""

from __future__ import annotations

import base64
import json
import os
import re
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from unittest import mock
from urllib.parse import quote

from azext_iotdiag.credential import sas
from azext_iotdiag.lab.lab import Lab
from azext_iotdiag.lab.process.hosting import Hosted
from azext_iotdiag.lab.tenant import tokens

PIECE = 16  # characters of a secret that are too many to be shown, and too many to stand somewhere by chance
WATCH_SECONDS = 0.05
_PROCESSES = Path("/proc")


def known(lab: Hosted) -> set[str]:
    """All secrets that the lab holds at this moment."""
    return {text for text in lab.call(lambda: [*_of(lab.state)]) if text} | {lab.running.token}


def _of(state: Lab) -> Iterator[str]:
    hubs = [state.hub, *(backing.hub for app in state.apps for backing in app.hubs)]
    devices = [device for hub in hubs for device in hub.devices.values()]
    holders = [policy for hub in hubs for policy in hub.policies.values()]
    holders += [*devices, *(module for device in devices for module in device.modules.values())]
    for dps in state.provisioning:
        holders += dps.policies.values()
        holders += [each.attestation for each in (*dps.enrollments.values(), *dps.groups.values())]
        yield from (linked.key.reveal() for linked in dps.linked)
    for holder in holders:
        yield from (holder.primary.reveal(), holder.secondary.reveal())
    for app in state.apps:
        for token in app.tokens.values():
            yield from (token.key.reveal(), sas.read(token.text(app.app.id)).signature)
    azure = state.tenant
    yield from (each.secret.reveal() for each in azure.principals if each.secret is not None)
    yield azure.identity_header.reveal()
    yield from (*azure.sign_ins.refresh, *azure.sign_ins.codes)


@contextmanager
def handed_out() -> Iterator[set[str]]:
    """The signatures of all tokens that are made in this process meanwhile, by whichever end."""
    made: set[str] = set()
    sign_sas, sign_jwt = sas.sign, tokens.Issuer.sign

    def sas_(*given, **named):
        text = sign_sas(*given, **named)
        made.add(sas.read(text).signature)
        return text

    def jwt_(*given, **named):
        text = sign_jwt(*given, **named)
        made.add(text.rpartition(".")[2])
        return text

    with mock.patch.object(sas, "sign", sas_), mock.patch.object(tokens.Issuer, "sign", jwt_):
        yield made


def forms(secret: str) -> Iterator[str]:
    """A secret as it may stand in a text: plain, URL-encoded, JSON-escaped, in base64, and its bytes in hex."""
    encoded = quote(secret, safe="")
    yield from (secret, encoded, re.sub("%..", lambda found: found[0].lower(), encoded), quote(encoded, safe=""))
    yield json.dumps(secret)[1:-1].replace("/", "\\/")
    yield "".join(each if each.isalnum() else f"\\u{ord(each):04x}" for each in secret)
    data = [secret.encode()]
    with suppress(ValueError):  # not every secret is base64 itself
        data.append(base64.b64decode(secret, validate=True))
    for each in data:
        yield from (each.hex(), each.hex().upper())
        for before in range(3):  # the characters at both ends depend on what stands beside
            text = base64.b64encode(b"\0" * before + each).decode()
            inner = text[4 if before else 0 : -4]
            yield from (inner, inner.replace("+", "-").replace("/", "_"))


class Search:
    """Finds pieces of secrets in texts, without ever telling more of them than where they stood."""

    def __init__(self, secrets: Iterable[str]):
        self._pieces: set[str] = set()
        for secret in secrets:
            for form in forms(secret):
                self._pieces.update(form[at : at + PIECE] for at in range(len(form) - PIECE + 1))

    def lines(self, text: str) -> list[str]:
        """The lines that hold a piece, with the piece and all behind it cut off."""
        found = []
        for line in text.splitlines() if self.finds(text) else ():
            at = self._at(line)
            if at is not None:
                found.append(f"{line[max(at - 80, 0) : at]}***")
        return found or (["across lines"] if self.finds(text) else [])

    def finds(self, text: str) -> bool:
        """Whether any piece is in the text."""
        return self._at(text) is not None

    def _at(self, text: str) -> int | None:
        return next((at for at in range(len(text) - PIECE + 1) if text[at : at + PIECE] in self._pieces), None)


@contextmanager
def command_lines() -> Iterator[set[str]]:
    """The command lines of all processes that are seen meanwhile, where the system shows them."""
    seen: set[str] = set()
    over = threading.Event()

    def look() -> None:
        while not over.wait(WATCH_SECONDS):
            for folder in _PROCESSES.iterdir() if _PROCESSES.is_dir() else ():
                if folder.name.isdigit() and folder.name != str(os.getpid()):
                    try:
                        seen.add((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
                    except OSError:  # it has ended, or is somebody else's
                        continue

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()
