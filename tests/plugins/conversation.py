"""Other people's device clients as processes that talk with a lab, step by step."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from azext_iotdiag.lab.process.hosting import Hosted

HERE = Path(__file__).parent.parent / "conformance"
DEADLINE = 60.0


class Conversation:
    """A client's process, the steps that it has told of, and the lab that it talks with."""

    def __init__(self, process: subprocess.Popen[str]):
        self.process = process
        self.told: list[dict[str, Any]] = []
        self._lines: SimpleQueue[str] = SimpleQueue()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put("")

    def first(self, *steps: str) -> str:
        """Wait for any of the steps, and say which it was."""
        ends = time.monotonic() + DEADLINE
        while True:
            told = self._next(ends, " or ".join(steps))
            if told["step"] in steps:
                return str(told["step"])

    def until(self, step: str, **wanted: Any) -> dict[str, Any]:
        """Wait for a step whose details are those that are wanted."""
        ends = time.monotonic() + DEADLINE
        while True:
            told = self._next(ends, step)
            if told["step"] == step and all(told.get(name) == value for name, value in wanted.items()):
                return told
            assert told["step"] != "error" or step == "error", told

    def _next(self, ends: float, awaited: str) -> dict[str, Any]:
        try:
            line = self._lines.get(timeout=max(ends - time.monotonic(), 0.01))
        except Empty:
            raise AssertionError(f"no {awaited!r} within {DEADLINE:g} s; before it: {self.told}") from None
        assert line, f"the client ended before {awaited!r}: {self.told}"
        told: dict[str, Any] = json.loads(line)
        self.told.append(told)
        return told

    def close(self) -> None:
        """Let the client say goodbye."""
        assert self.process.stdin is not None
        self.process.stdin.close()


@contextlib.contextmanager
def conversation(command: list[str], task: dict[str, Any], **environment: str) -> Iterator[Conversation]:
    """Start a client with its task; it is ended in any case."""
    clean = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", bufsize=1,
        env={**clean, "PYTHONIOENCODING": "utf-8", **environment},
    ) as process:  # fmt: skip
        talking: Conversation | None = None
        try:
            assert process.stdin is not None
            process.stdin.write(json.dumps(task) + "\n")
            talking = Conversation(process)
            yield talking
        finally:
            process.kill()
            if talking is not None:  # it reads to the end before its file is closed
                talking.reader.join(DEADLINE)


def task_for(
    lab: Hosted,
    client: str,
    transport: str,
    device: str,
    module: str = "",
    certificate: tuple[bytes, bytes] | None = None,
) -> dict[str, Any]:
    """What a client is told: how to reach the lab, and as whom."""
    hub, ports = lab.state.hub, lab.running.ports
    identity = hub.identity(device, module)
    string = f"HostName={hub.host};DeviceId={device}" + (f";ModuleId={module}" if module else "")
    string += ";x509=true" if certificate else f";SharedAccessKey={identity.primary.reveal()}"
    if client == "node" and transport in ("mqtt", "amqp"):  # over TCP it knows no proxy, but takes a gateway's port
        string += f";GatewayHostName=localhost:{ports[transport]}"
    return {
        "transport": transport,
        "connection_string": string,
        "host": hub.host,
        "device": device,
        "module": module,
        "ca_pem": lab.running.ca_pem.decode(),
        "proxy": f"http://127.0.0.1:{ports['proxy']}",
        "proxy_port": ports["proxy"],
        "amqp_port": ports["amqp"],
        "certificate": certificate and {"cert": certificate[0].decode(), "key": certificate[1].decode()},
    }
