"""Connection strings as they are handed out, as people mistype them, and what must never show."""

from __future__ import annotations

import contextlib
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_iotdiag.credential import connection_string as strings
from azext_iotdiag.model.target import Secret
from tests.credential.malformed import DEVICE, DPS, EVENT_HUB, HUB, KEY, MALFORMED, TOKEN, TOKEN_DEVICE, leaks
from tests.plugins.rows import all_rows


def test_each_kind_is_told_by_its_parts():
    assert strings.read(HUB) == strings.HubConnectionString("lab.azure-devices.net", "service", Secret(KEY))
    assert strings.read(DEVICE) == strings.DeviceConnectionString("lab.azure-devices.net", "pump-1", key=Secret(KEY))
    assert strings.read(TOKEN_DEVICE) == strings.DeviceConnectionString(
        "lab.azure-devices.net", "pump-1", signature=Secret(TOKEN)
    )
    assert strings.read(EVENT_HUB) == strings.EventHubConnectionString(
        "ihsuprod.servicebus.windows.net", "service", Secret(KEY), "iothub-ehub-lab-1-abc"
    )
    assert strings.read(DPS) == strings.DpsConnectionString("dps.azure-devices-provisioning.net", "owner", Secret(KEY))


def test_the_optional_parts_of_a_device():
    given = strings.read("HostName=lab.azure-devices.net;DeviceId=pump-1;ModuleId=m;x509=True;GatewayHostName=edge")
    assert given == strings.DeviceConnectionString("lab.azure-devices.net", "pump-1", "m", x509=True, gateway="edge")


def test_the_order_of_the_parts_does_not_matter():
    for order in itertools.permutations(EVENT_HUB.split(";")):
        assert strings.read(";".join(order)) == strings.read(EVENT_HUB)


@pytest.mark.parametrize(
    "host",
    [
        "lab.azure-devices.net",
        "lab.azure-devices.cn",
        "lab.azure-devices.us",
        "lab.azure-devices.de",
        "lab.service.azure-devices.net",
        "localhost",
        "localhost:18443",
        "127.0.0.1",
        "127.0.0.1:5671",
        "[::1]:5671",
        "10.0.0.4",
    ],
)
def test_the_hosts_of_hubs(host):
    assert strings.read(HUB.replace("lab.azure-devices.net", host)).host == host


@pytest.mark.parametrize(
    "endpoint",
    [
        "sb://ns.servicebus.windows.net/",
        "sb://ns.servicebus.windows.net",
        "SB://ns.servicebus.chinacloudapi.cn/",
        "sb://ns.servicebus.usgovcloudapi.net/",
        "sb://localhost:5671/",
        "sb://127.0.0.1/",
    ],
)
def test_the_hosts_of_event_hubs(endpoint):
    text = EVENT_HUB.replace("sb://ihsuprod.servicebus.windows.net/", endpoint)
    assert strings.read(text).host == endpoint[5:].rstrip("/")


def test_host_names_are_lowered_and_ids_are_not():
    given = strings.read(DEVICE.replace("lab.azure-devices.net", "Lab.Azure-Devices.NET").replace("pump-1", "Pump-1"))
    assert (given.host, given.device) == ("lab.azure-devices.net", "Pump-1")


@pytest.mark.parametrize("host", ["dps.azure-devices-provisioning.cn", "dps.azure-devices-provisioning.us"])
def test_dps_is_told_by_its_host(host):
    text = DPS.replace("dps.azure-devices-provisioning.net", host)
    assert isinstance(strings.read(text), strings.DpsConnectionString)


@pytest.mark.parametrize(
    "wrapped",
    [
        f" {HUB}\n",
        f"\ufeff{HUB}\r\n",
        f'"{HUB}"',
        f"'{HUB}'",
        f'"{HUB}',
        f'{HUB}"',
        f"“{HUB}”",
        f'\ufeff "{HUB}" ',
        f"{HUB};",
        f"{HUB};;",
        f";{HUB}",
        HUB.replace(";", " ; "),
        HUB.replace(";", ";\n"),
        HUB.replace("=", " = ", 2),
    ],
)
def test_what_clings_to_a_string_is_ignored(wrapped):
    assert strings.read(wrapped) == strings.read(HUB)


def test_a_device_id_may_end_in_an_apostrophe():
    text = f"HostName=lab.azure-devices.net;SharedAccessKey={KEY};DeviceId=it'"
    assert strings.read(text).device == "it'"


def test_an_empty_string_is_a_sentence():
    with pytest.raises(strings.MalformedConnectionString, match=r"^it is empty$"):
        strings.read(" ")


@all_rows(("text", "part", "word"), MALFORMED)
def test_a_malformed_string_says_which_part_and_what_to_do(text, part, word):
    with pytest.raises(strings.MalformedConnectionString) as caught:
        strings.read(text)
    fault = caught.value
    assert fault.part == part
    assert word in f"{fault} {fault.advice}"
    assert fault.advice
    assert str(fault) == (f"{part} {fault.reason}" if part else fault.reason)


@pytest.mark.parametrize("text", [HUB, DEVICE, TOKEN_DEVICE, EVENT_HUB, DPS])
def test_a_string_that_was_read_does_not_show_its_key(text):
    shown = f"{strings.read(text)!r} {strings.read(text)}"
    assert "***" in shown
    assert not leaks(shown)


def test_every_cut_of_every_string_is_read_or_refused():
    for text in (HUB, DEVICE, TOKEN_DEVICE, EVENT_HUB, DPS):
        for end in range(len(text)):
            for part in (text[:end], text[end:]):
                try:
                    strings.read(part)
                except strings.MalformedConnectionString as fault:
                    assert not leaks(f"{fault!r} {fault.advice}"), end


words = st.sampled_from(
    [
        "HostName",
        "Endpoint",
        "DeviceId",
        "SharedAccessKey",
        "SharedAccessSignature",
        "x509",
        "=",
        ";",
        "sb://",
        "/",
        ":",
        "lab.azure-devices.net",
        "localhost",
        "[",
        "]",
        "{",
        "'",
        "@",
        KEY,
        TOKEN,
    ]
)


@given(st.lists(words | st.text(max_size=5)).map("".join))
def test_reading_fails_in_one_way_only(text):
    with contextlib.suppress(strings.MalformedConnectionString):
        strings.read(text)


def test_a_text_of_a_whole_file_is_refused_with_the_limit():
    with pytest.raises(strings.MalformedConnectionString) as wrong:
        strings.read("HostName=a;" * 10_000)
    assert str(wrong.value) == "it has 110,000 characters, and at most 65,536 are read"
