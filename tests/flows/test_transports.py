"""`monitor events` over WebSocket and through the lab's proxy: the same messages, and which way was taken."""

from __future__ import annotations

import pytest

from azext_iotdiag.clients.telemetry.contract import READERS

BODIES = [b'{"n":%d}' % number for number in range(20)]
ALL = ("--since", "1h", "--max-messages", str(len(BODIES)), "--timeout", "20")
ELSEWHERE = "http://192.0.2.1:3128"  # TEST-NET-1: nobody is there


def taken(flow) -> set[tuple[str, str]]:
    """The services that were reached, and how."""
    records = flow.lab.call(flow.lab.state.audit.recent, 10_000)
    how = {("proxy", record.details["how"]) for record in records if "how" in record.details}
    return how | {("websocket", record.details["path"]) for record in records if record.action == "websocket"}


WEBSOCKET = {("websocket", "/$iothub/websocket"), ("websocket", "/$servicebus/websocket")}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(("options", "environment", "way"), [
    ((), {}, set()),
    (("--transport", "amqp_ws"), {}, WEBSOCKET),
    ((), {"HTTPS_PROXY": "http://{proxy}"}, WEBSOCKET | {("proxy", "CONNECT")}),
    ((), {"all_proxy": "socks5h://{proxy}"}, WEBSOCKET | {("proxy", "SOCKS5")}),
    (("--transport", "amqp_ws"), {"HTTPS_PROXY": "{proxy}"}, WEBSOCKET | {("proxy", "CONNECT")}),
    (("--transport", "amqp"), {"HTTPS_PROXY": ELSEWHERE}, set()),
    ((), {"HTTPS_PROXY": ELSEWHERE, "NO_PROXY": ".azure-devices.net, *.servicebus.windows.net"}, set()),
    (("--transport", "amqp_ws"), {"HTTPS_PROXY": ELSEWHERE, "no_proxy": "*"}, WEBSOCKET),
], ids=["plain", "websocket", "http", "socks", "no scheme", "past it", "excepted", "all excepted"])  # fmt: skip
def test_every_way_brings_the_same(flow, reader: str, options, environment, way) -> None:
    if reader == "sdk" and any("socks" in value for value in environment.values()):
        pytest.skip("azure-eventhub knows no SOCKS proxies")
    flow.send(*BODIES)
    proxy = flow.lab.description["endpoints"]["proxy"]
    environment = {name: value.format(proxy=proxy) for name, value in environment.items()}
    run = flow.monitor("--reader", reader, *options, *ALL, **environment)
    assert run.code == 0, run.err
    assert [message["payload"] for message in run.messages] == [{"n": number} for number in range(len(BODIES))]
    assert taken(flow) == way
    assert (f"through the proxy {proxy}, which" in run.err) == any(service == "proxy" for service, _ in way)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("scheme", ["http", "socks5h"])
def test_a_password_opens_the_way(flow, reader: str, scheme: str) -> None:
    if (reader, scheme) == ("sdk", "socks5h"):
        pytest.skip("azure-eventhub knows no SOCKS proxies")
    flow.send(*BODIES)
    flow.lab.break_("proxy-wants-password")
    proxy = flow.lab.description["endpoints"]["proxy"]
    run = flow.monitor("--reader", reader, *ALL, HTTPS_PROXY=f"{scheme}://lab:l%61b@{proxy}")
    assert (run.code, len(run.messages)) == (0, len(BODIES)), run.err
    run = flow.monitor("--reader", reader, "--duration", "20", HTTPS_PROXY=f"{scheme}://lab:Pa55word@{proxy}")
    assert run.code == 5
    assert "[proxy-wants-password]" in run.err
    assert "are not accepted" in run.err or "refuses this user" in run.err
    assert "Pa55word" not in run.err


@pytest.mark.parametrize("reader", READERS)
def test_a_blocked_port_is_gone_round(flow, reader: str) -> None:
    flow.send(*BODIES)
    flow.lab.break_("port-blocked")
    run = flow.monitor("--reader", reader, "--transport", "amqp_ws", *ALL)
    assert (run.code, len(run.messages)) == (0, len(BODIES)), run.err
    flow.lab.mend()
    run = flow.monitor("--reader", reader, *ALL)
    assert (run.code, len(run.messages)) == (0, len(BODIES)), run.err


@pytest.mark.parametrize("way", ["amqp_ws", "proxy"])
def test_a_break_heals_over_websocket(flow, way: str) -> None:
    flow.send(*BODIES)
    flow.lab.break_("connection-dropped")
    environment = {"HTTPS_PROXY": f"http://{flow.lab.description['endpoints']['proxy']}"} if way == "proxy" else {}
    run = flow.monitor("--transport", "amqp_ws", *ALL, **environment)
    assert [message["payload"] for message in run.messages] == [{"n": number} for number in range(len(BODIES))]
    assert run.code == 0 and "[connection-dropped]" in run.err


@pytest.mark.parametrize("environment", [{}, {"HTTPS_PROXY": "http://{proxy}"}])
def test_a_bad_certificate_is_shown_by_every_way(flow, environment) -> None:
    flow.lab.break_("unknown-ca")
    proxy = flow.lab.description["endpoints"]["proxy"]
    run = flow.monitor(
        "--transport",
        "amqp_ws",
        "--duration",
        "20",
        **{name: value.format(proxy=proxy) for name, value in environment.items()},
    )
    assert run.code == 5
    assert "[certificate-untrusted]" in run.err and "an untrusted authority" in " ".join(run.err.split())


def test_nobody_at_the_proxys_address(flow, free_port: int) -> None:
    run = flow.monitor("--duration", "20", HTTPS_PROXY=f"http://user:Pa55word@127.0.0.1:{free_port}")
    assert (run.code, run.out) == (5, b"")
    assert "[proxy-unreachable]" in run.err and f"127.0.0.1:{free_port}, which HTTPS_PROXY names" in " ".join(
        run.err.split()
    )
    assert "Pa55word" not in run.err


@pytest.mark.parametrize(("proxy", "said"), [
    ("https://127.0.0.1:3128", "a proxy that itself is reached over TLS is not supported"),
    ("socks4://127.0.0.1:1080", "begins with socks4://"),
    ("http://us/er:Pa55word@127.0.0.1:3128", "special characters"),
])  # fmt: skip
def test_a_proxy_that_cannot_be_used_is_bad_input(flow, proxy: str, said: str) -> None:
    run = flow.monitor("--duration", "20", HTTPS_PROXY=proxy)
    assert (run.code, run.out) == (1, b"")
    assert said in run.err and "--transport amqp" in run.err
    assert "Pa55word" not in run.err


def test_socks_and_the_sdk(flow) -> None:
    run = flow.monitor("--reader", "sdk", HTTPS_PROXY="socks5://127.0.0.1:1")
    assert run.code == 1 and "names a SOCKS proxy" in run.err
