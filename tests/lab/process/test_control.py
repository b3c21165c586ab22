"""The control port: its two ends together, and each against a peer that misbehaves."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import threading
import time
from contextlib import contextmanager

import pytest

from azext_iotdiag.lab.audit.log import Audit
from azext_iotdiag.lab.net.certificates import make_authority
from azext_iotdiag.lab.process import control
from azext_iotdiag.lab.process.errors import LabRefused, LabUnanswered
from tests.lab.net.tls import AUTHORITY, blocking, connected, listening, run, until

TOKEN = "the-token"


def fail(_arguments):
    raise RuntimeError("a mistake with a secret")


def refuse(_arguments):
    raise LabRefused("no", "do otherwise")


COMMANDS = {"echo": dict, "fail": fail, "refuse": refuse, "big": lambda _: "x" * 5_000_000}


def serving(audit, seconds=10.0):
    async def service(stream):
        await control.serve(stream, token=TOKEN, commands=COMMANDS, audit=audit, seconds=seconds)

    return listening(service)


def address(port, token=TOKEN, authority=AUTHORITY):
    return {"port": port, "token": token, "ca": authority.pem.decode()}


def asked(*arguments, **named):
    return asyncio.to_thread(control.ask, *arguments, **named)


def test_a_command_is_answered():
    async def go():
        async with serving(Audit()) as opened:
            there = address(opened.port)
            assert await asked(there, "echo", a=1, b=["ü"]) == {"a": 1, "b": ["ü"]}
            assert len(await asked(there, "big")) == 5_000_000

    run(go())


def test_errors_come_back_and_the_lab_goes_on(caplog):
    audit = Audit()

    async def go():
        async with serving(audit) as opened:
            there = address(opened.port)
            with pytest.raises(LabRefused, match=r"^no$") as caught:
                await asked(there, "refuse")
            assert caught.value.advice == "do otherwise"
            with pytest.raises(LabRefused, match=r"made a mistake: RuntimeError$"):
                await asked(there, "fail")
            with pytest.raises(LabRefused, match="no command 'nonsense'"):
                await asked(there, "nonsense")
            with pytest.raises(LabUnanswered, match="wrong token"):
                await asked(address(opened.port, token="another"), "echo")
            assert await asked(there, "echo") == {}

    run(go())
    assert [record.outcome for record in audit.recent(9)] == ["refused"] * 4
    assert not [record for record in audit.recent(9) if "secret" in record.words()]
    assert "a mistake with a secret" in caplog.text


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        (b"", "the request is no JSON"),
        (b"nonsense", "the request is no JSON"),
        (b"\xff\xfe", "the request is no JSON"),
        (b"[" * 60_000, "the request is no JSON"),
        (b"[]", "the request is no object"),
        (b"null", "the request is no object"),
        (b"{}", "wrong token"),
        (b'{"token": null}', "wrong token"),
        (b'{"token": 5, "command": "echo"}', "wrong token"),
        (b'{"token": "\\ud800"}', "wrong token"),
        (b'{"token": "the-token"}', "there is no command None"),
        (b'{"token": "the-token", "command": ["echo"]}', "there is no command ['echo']"),
        (b'{"token": "the-token", "command": "echo", "arguments": [1]}', "the arguments are no object"),
        (b"x" * 200_000, "the request is longer than 65536 bytes"),
    ],
)
def test_bad_requests_get_an_error(request_, error):
    async def go():
        async with serving(Audit()) as opened:
            async with connected(opened.port) as (reader, writer):
                writer.write(request_ + b"\n")
                assert json.loads(await reader.readline())["error"] == error
            assert await asked(address(opened.port), "echo") == {}

    run(go())


def test_two_requests_in_one_piece_and_one_in_two():
    async def go():
        async with serving(Audit()) as opened, connected(opened.port) as (reader, writer):
            line = json.dumps({"token": TOKEN, "command": "echo", "arguments": {"a": 1}}).encode() + b"\n"
            writer.write(line + line + line[:10])
            for _ in range(2):
                assert json.loads(await reader.readline()) == {"ok": True, "result": {"a": 1}}
            writer.write(line[10:])
            assert json.loads(await reader.readline())["ok"]

    run(go())


def test_a_silent_client_and_one_that_drips_are_dropped():
    audit = Audit()

    async def go():
        async with (
            serving(audit, seconds=0.3) as opened,
            connected(opened.port) as (silent, _),
            connected(opened.port) as (dripping, drip),
        ):

            async def go_on():
                while True:
                    drip.write(b"{")
                    await asyncio.sleep(0.05)

            dripper = asyncio.ensure_future(go_on())
            try:
                assert await silent.read() == b""
                assert await dripping.read() == b""
            finally:
                dripper.cancel()

    run(go())
    assert [record.reason for record in audit.recent(9)] == ["no request within 0.3 s"] * 2


def test_a_client_that_does_not_take_its_answer_is_dropped():
    audit = Audit()

    async def go():
        async with serving(audit, seconds=0.3) as opened:
            raw = await asyncio.to_thread(blocking, opened.port)
            with raw:
                request = json.dumps({"token": TOKEN, "command": "big"}).encode() + b"\n"
                await asyncio.to_thread(raw.sendall, request * 4)
                await until(lambda: opened.connections == 0)

    run(go())
    assert audit.recent(1)[0].reason == "the answer was not taken"


@contextmanager
def stand_in(behave, *, authority=AUTHORITY, names=("localhost",), tmp_path):
    """A TLS server of the standard library that is no lab."""
    certificate, key = authority.issue(names)
    (tmp_path / "server.pem").write_bytes(certificate + key)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(tmp_path / "server.pem")
    with socket.create_server(("127.0.0.1", 0)) as server:
        seen = []

        def serve():
            try:
                raw, _ = server.accept()
                with raw, context.wrap_socket(raw, server_side=True) as connection:
                    connection.settimeout(10)
                    seen.append(connection.recv(65_536))
                    behave(connection)
            except OSError as error:
                seen.append(error)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()[1], seen
        finally:
            with socket.socket() as waker:  # where nobody dialled
                waker.connect_ex(server.getsockname())
            thread.join(15)


@pytest.mark.parametrize(
    "answer", [b"", b"{", b"nonsense\n", b"[]\n", b"null\n", b"{}\n", b'{"ok": true}\n', b"\xff\n"]
)
def test_a_bad_answer_is_no_answer(answer, tmp_path):
    server = stand_in(lambda connection: connection.sendall(answer), tmp_path=tmp_path)
    with server as (port, _), pytest.raises((LabUnanswered, LabRefused)):
        control.ask(address(port), "status", seconds=5)


def test_no_answer_ends_in_time(tmp_path):
    with stand_in(lambda connection: connection.recv(1), tmp_path=tmp_path) as (port, _):
        begun = time.monotonic()
        with pytest.raises(LabUnanswered):
            control.ask(address(port), "status", seconds=0.5)
        assert time.monotonic() - begun < 3


@pytest.mark.parametrize(("authority", "names"), [(make_authority("x"), ("localhost",)), (AUTHORITY, ("example.com",))])
def test_the_token_goes_to_the_lab_only(authority, names, tmp_path):
    server = stand_in(lambda _: None, authority=authority, names=names, tmp_path=tmp_path)
    with server as (port, seen), pytest.raises(LabUnanswered, match="certificate"):
        control.ask(address(port), "status", seconds=5)
    assert not [data for data in seen if isinstance(data, bytes) and data]


def test_nobody_there_and_silence_before_tls():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(LabUnanswered):
            control.ask(address(port), "status", seconds=0.3)
    with pytest.raises(LabUnanswered):
        control.ask(address(port), "status", seconds=5)


@pytest.mark.parametrize("there", [{"port": 70_000}, {"port": -1}, {"ca": "no PEM"}, {"ca": None}, {"port": 0}])
def test_a_damaged_address_is_no_answer(there):
    with pytest.raises(LabUnanswered):
        control.ask({**address(1), **there}, "status", seconds=1)
