"""A lab, and `monitor events` run against it."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from azure.cli.core.azclierror import AuthenticationError

from azext_iotdiag._validators import account
from azext_iotdiag.clients.deadlines import Deadlines, applying, usual
from azext_iotdiag.lab.faults.table import Fault
from azext_iotdiag.lab.process.hosting import Hosted
from azext_iotdiag.lab.tenant.roles import Role
from azext_iotdiag.login import rights
from azext_iotdiag.login.account import LOG_ANALYTICS, Account
from azext_iotdiag.login.errors import NotSignedIn
from azext_iotdiag.model.target import Secret
from tests.plugins import az as plugin
from tests.plugins.lab_fixture import open_lab
from tests.plugins.lab_requests import ARM, token

STEP_SECONDS = 1.0  # of `short_deadlines`
MONITOR = ("iot", "diag", "monitor", "events")
VALIDATE = ("iot", "diag", "validate", "messages")


class Flow:
    """A lab with what it takes to watch it; every run is searched for the lab's keys."""

    def __init__(self, lab: Hosted):
        self.lab = lab
        self.strings = lab.description["connectionStrings"]
        self.environment = {**lab.description["environment"], "AZURE_IOTDIAG_LOGIN": self.strings["service"]}
        hub = lab.state.hub
        holders = [*hub.policies.values(), *hub.devices.values()]
        self.timing: dict[str, Any] = {}  # what the test changes of the deadlines, by its name there
        self.secrets = {key.reveal() for holder in holders for key in (holder.primary, holder.secondary)} | {"sig="}

    def monitor(self, *arguments: str, **environment: str) -> plugin.Run:
        """Run `monitor events` in this process."""
        return self.run(MONITOR, *arguments, **environment)

    def validate(self, *arguments: str, **environment: str) -> plugin.Run:
        """Run `validate messages` in this process."""
        return self.run(VALIDATE, *arguments, **environment)

    def run(self, command: tuple[str, ...], *arguments: str, **environment: str) -> plugin.Run:
        """Run a command in this process, with the clocks and intervals of `timing`."""
        with applying(replace(usual(), **self.timing)):
            return self.judged(plugin.az(*command, *arguments, environment=self.environment | environment))

    def meeting(self, fault: Fault, *arguments: str) -> plugin.Run:
        """Run `monitor events` in such a way that it meets a fault."""
        ways = {
            "proxy": {"HTTPS_PROXY": f"http://{self.lab.description['endpoints']['proxy']}"},
            "registry": {"AZURE_IOTDIAG_LOGIN": self.strings["iothubowner"]},
        }
        options = {"websocket": ("--transport", "amqp_ws"), "registry": ("--device-query", "SELECT * FROM devices")}
        return self.monitor(*arguments, *options.get(fault.through, ()), **ways.get(fault.through, {}))

    def start(self, *arguments: str, **options):
        """Start `monitor events` in a process of its own."""
        return plugin.start(*MONITOR, *arguments, environment=self.environment, **options)

    def judged(self, run: plugin.Run, *, hands_out: bool = False) -> plugin.Run:
        """The run, in whose output is neither a key nor a signature nor a traceback; unless it `hands_out` tokens."""
        said = run.out.decode() + run.err
        hidden = self.secrets - {"sig="} if hands_out else self.secrets
        assert not [secret for secret in hidden if secret in said], "a secret is shown"
        assert "sig=" not in run.err
        assert "Traceback" not in said, run.err
        return run

    def send(self, *bodies: bytes, device: str = "device-1", enqueued: float | None = None, **properties: str) -> None:
        """Let a device send; `enqueued` is in seconds since 1970."""
        self.lab.call(self._send, bodies, device, enqueued, properties)

    def send_everywhere(self, *bodies: bytes) -> None:
        """Put messages into every partition."""

        def put() -> None:
            for partition in self.lab.state.hub.stream.partitions.values():
                for body in bodies:
                    partition.append(
                        body=body,
                        device="device-1",
                        system={},
                        properties={},
                        annotations={},
                        now_ms=int(time.time() * 1000),
                    )

        self.lab.call(put)

    def _send(self, bodies, device, enqueued, properties) -> None:
        now = int((enqueued or time.time()) * 1000)
        for body in bodies:
            hub = self.lab.state.hub
            hub.telemetry(hub.devices[device], body, system={}, properties=properties, now_ms=now)

    def wait_for(self, found, what: str, seconds: float = 20.0) -> None:
        """Wait until `found()` is true in the lab's thread."""
        until = time.monotonic() + seconds
        while not self.lab.call(found):
            assert time.monotonic() < until, f"waited {seconds:g} s for {what}"
            time.sleep(0.02)

    def readers(self) -> int:
        """How many links read a partition at this moment; for `wait_for`."""
        return sum(len(partition._subscribers) for partition in self.lab.state.hub.stream.partitions.values())


@pytest.fixture
def flow(tmp_path: Path) -> Iterator[Flow]:
    with open_lab(tmp_path) as lab:
        yield Flow(lab)


@pytest.fixture
def run_as(flow: Flow, monkeypatch: pytest.MonkeyPatch) -> Callable[..., plugin.Run]:
    """Run a command on the lab's hub by its name, as the service principal with a role, and with data roles.

    `hands_out`: it is there to show a token.
    """

    def refuse() -> Secret:
        raise NotSignedIn("not supported") from AuthenticationError("not supported")

    def as_(
        command: tuple[str, ...], *more: str, role: str = "Owner", data: tuple[Role, ...] = (), tokenless: bool = False,
        hands_out: bool = False,
    ) -> plugin.Run:  # fmt: skip
        azure = flow.lab.state.tenant
        who, mine = azure.named("servicePrincipal", role), azure.subscriptions[0]
        of_dps = "--dps-name" in command
        hub = () if of_dps else ("-n", "lab-hub")
        for each in data:
            scope = flow.lab.state.provisioning[0] if of_dps else flow.lab.state.hub
            flow.lab.call(azure.assign, who, each, azure.path_of(scope))
        for_arm = token(flow.lab.state, who)
        audiences = (rights.HUB_RESOURCE, rights.DPS_RESOURCE, LOG_ANALYTICS)
        texts = {each: token(flow.lab.state, who, each) for each in audiences}
        flow.secrets |= {text.rpartition(".")[2] for text in (for_arm, *texts.values())}

        def bearer(resource: str) -> Callable[[], Secret]:
            return refuse if tokenless else lambda: Secret(f"Bearer {texts[resource]}")

        made = Account(ARM, lambda: for_arm, mine.id, mine.name, bearer=bearer)
        monkeypatch.setattr(account, "signed_in", lambda _cmd: made)
        https = flow.lab.description["endpoints"]["https"]
        leads = ",".join((
            flow.lab.description["environment"]["AZURE_IOTDIAG_CONNECT_TO"],
            *(f"{each.partition('://')[2]}:443={https}" for each in (ARM, LOG_ANALYTICS)),
        ))  # fmt: skip
        environment = flow.lab.description["environment"] | {"AZURE_IOTDIAG_CONNECT_TO": leads}
        done = plugin.az("iot", "diag", *command, *hub, *more, environment=environment)
        return flow.judged(done, hands_out=hands_out)

    return as_


@pytest.fixture
def short_deadlines() -> Iterator[Deadlines]:
    """What takes 10 s takes one: the tests of what is said in the end need not wait for it."""
    short = Deadlines(step=STEP_SECONDS, sdk_answer=2 * STEP_SECONDS, quiet=0.5, ask=0.5, stall=0.8)
    with applying(short):
        yield short


@pytest.fixture
def free_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


@pytest.fixture(autouse=True)
def no_proxy_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the machine's environment says of proxies is not for the tests."""
    for name in tuple(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
