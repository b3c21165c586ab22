"""A lab that is kept, through its stops, its deaths and what is wrong with its file; and one with real ports."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import signal
import socket
import sys
import time

import pytest

from azext_iotdiag.credential import sas
from azext_iotdiag.lab.hub import twins
from azext_iotdiag.lab.net.trust import trusting
from azext_iotdiag.lab.process import detached, folder, hosting
from azext_iotdiag.lab.process.errors import LabError, NoSuchLab
from azext_iotdiag.lab.process.settings import BadSetting, Settings
from azext_iotdiag.lab.scenarios.client import LabPlace, connect
from azext_iotdiag.wire import mqtt

KEPT = Settings(device_count=1, keep=True)


@pytest.fixture
def labs(tmp_path):
    path = folder.labs_of(tmp_path)
    yield path
    detached.stop_all(path)


def hosted(labs, settings=KEPT):
    return hosting.hosted(settings, folder.make(labs, settings.name))


def file_of(labs):
    return labs / "lab" / folder.KEPT


def sign_in(address, port, string, ca_pem):
    """Be the board that was flashed with that string and certificate: connect to fixed ports, and send."""
    told = dict(part.split("=", 1) for part in string.split(";"))
    host, device = told["HostName"], told["DeviceId"]
    token = sas.sign(f"{host}/devices/{device}", sas.iothub_key(told["SharedAccessKey"]), int(time.time()) + 60)
    packet = mqtt.Connect(device, f"{host}/{device}/?api-version=2021-04-12", token.encode(), 60)

    async def run():
        client = await connect(LabPlace(address, port, host, trusting(ca_pem)), packet, lambda *_: None)
        await client.publish(f"devices/{device}/messages/events/", b"{}")
        await client.close()

    asyncio.run(run())


def flashed(described):
    """What a board is flashed with: where to connect, its string, and whom to trust."""
    address, _, port = described["endpoints"]["mqtts"].partition(":")
    with open(described["caFile"], encoding="ascii") as file:
        return address, int(port), described["connectionStrings"]["devices"]["device-1"], file.read()


def test_it_is_the_same_after_a_stop(labs):
    with hosted(labs) as lab:
        before, board = lab.description, flashed(lab.description)
        device = lab.state.hub.devices["device-1"]
        lab.call(twins.update, device.twin, {"tags": {"site": "north"}}, 0.0)
        assert "notes" not in before and lab.status()["kept"]["problem"] == ""
    assert not (labs / "lab" / folder.RUNTIME).exists() and file_of(labs).exists()
    with hosted(labs) as lab:
        assert lab.description == before
        assert lab.state.hub.devices["device-1"].twin.tags == {"site": "north"}
        sign_in(*board)


def test_it_is_the_same_after_kill_9(labs):
    board = flashed(detached.start_detached(KEPT, labs))
    pid = folder.read_runtime(labs / "lab")["pid"]
    os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))
    until(lambda: not folder.is_locked(labs / "lab"))
    assert flashed(detached.start_detached(KEPT, labs)) == board
    sign_in(*board)


def test_without_keep_it_is_another_and_says_so(labs):
    with hosted(labs) as lab:
        before = lab.description
    kept = file_of(labs).read_bytes()
    with hosted(labs, Settings(device_count=1)) as lab:
        assert lab.description["connectionStrings"] != before["connectionStrings"]
        (note,) = lab.description["notes"]
        assert "start it with --keep" in note and "kept" not in lab.status()
    assert file_of(labs).read_bytes() == kept


def test_a_file_that_cannot_be_read_is_set_aside_and_said(labs):
    with hosted(labs) as lab:
        before = lab.description
    damaged = file_of(labs).read_bytes()[:-1]
    file_of(labs).write_bytes(damaged)
    with hosted(labs) as lab:
        (note,) = lab.description["notes"]
        assert "cannot be read" in note and lab.description["connectionStrings"] != before["connectionStrings"]
    (aside,) = file_of(labs).parent.glob("kept.unreadable-*")
    assert aside.read_bytes() == damaged and str(aside) in note


def test_a_kept_port_that_another_program_has(labs):
    with hosted(labs) as lab:
        port = lab.running.ports["mqtt"]
    before = file_of(labs).read_bytes()
    taken, said = socket.create_server(("127.0.0.1", port)), pytest.raises(LabError, match=rf"Port {port} .* is in use")
    with taken, said, hosted(labs):
        pytest.fail("it runs")
    assert file_of(labs).read_bytes() == before


def test_the_same_port_in_a_process_of_its_own(labs):
    """The advice is in what the command shows, which is the end of the log."""
    detached.start_detached(KEPT, labs)
    port = int(folder.read_runtime(labs / "lab")["description"]["endpoints"]["mqtts"].partition(":")[2])
    detached.stop("lab", labs)
    with socket.create_server(("127.0.0.1", port)), pytest.raises(LabError, match=r"is in use(.|\n)*--bind"):
        detached.start_detached(KEPT, labs)


def test_another_number_of_partitions_is_refused(labs):
    with hosted(labs):
        pass
    with (
        pytest.raises(BadSetting, match="has 4 partitions, and not 8"),
        hosted(labs, Settings(partition_count=8, device_count=1, keep=True)),
    ):
        pytest.fail("it runs")


def test_what_is_kept_can_be_forgotten(labs):
    detached.start_detached(KEPT, labs)
    detached.stop("lab", labs, forget=True)
    assert folder.kept(labs / "lab") == []
    with hosted(labs):
        pass
    detached.stop("lab", labs, forget=True)  # one that does not run
    assert folder.kept(labs / "lab") == []
    with pytest.raises(NoSuchLab):
        detached.stop("lab", labs, forget=True)


def test_whoever_asks_for_a_kept_lab_that_does_not_run_is_told_how_to_start_it(labs):
    with hosted(labs):
        pass
    with pytest.raises(NoSuchLab) as caught:
        detached.status("lab", labs)
    assert "lab start --name lab --keep --detach" in caught.value.advice


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere 127.0.0.0/8 is one address")
def test_real_ports_of_an_address(labs):
    address = f"127.{secrets.randbelow(200) + 20}.{secrets.randbelow(250) + 1}.{secrets.randbelow(250) + 1}"
    with hosted(labs, Settings(device_count=1, keep=True, bind=address)) as lab:
        described, ports = lab.description, lab.running.ports
        assert (ports["amqp"], ports["mqtt"]) == (5671, 8883)
        assert (ports["https"] == 443) != bool(lab.description.get("notes"))
        names = described["hostsLine"].split()
        assert names[0] == address and described["hub"] in names and described["provisioning"]["host"] in names
        assert f"{described['hub']}:8883={address}:8883" in described["environment"]["AZURE_IOTDIAG_CONNECT_TO"]
        board = flashed(described)
        assert board[:2] == (address, 8883)
        sign_in(*board)
        assert through_proxy(lab, f"{described['hub']}:8883").startswith(b"HTTP/1.1 200")
    with hosted(labs) as lab:  # the address is kept, too
        sign_in(*board)


def through_proxy(lab, target):
    """What the lab's proxy says to somebody who wants to go there."""
    with socket.create_connection(("127.0.0.1", lab.running.ports["proxy"]), timeout=10) as client:
        client.sendall(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode())
        return client.recv(1000)


def test_routes_are_kept_and_what_they_led_away_is_not(labs):
    rule = {
        "name": "all",
        "source": "DeviceMessages",
        "condition": "true",
        "endpointNames": ["cold"],
        "isEnabled": True,
    }
    routing = {"routes": [rule], "endpoints": {"eventHubs": [{"name": "cold"}]}}
    routed = labs / "lab" / folder.ROUTED / "cold.jsonl"
    with hosted(labs) as lab:
        lab.call(lab.state.hub.settings.update, {"routing": routing})
        sign_in(*flashed(lab.description))
        until(routed.exists)
        assert lab.status()["endpointFiles"] == [
            {"name": "cold", "messages": 1, "health": "healthy", "file": str(routed)}
        ]  # fmt: skip
    assert not routed.exists()
    routed.parent.mkdir()
    routed.write_text("of a lab that died")
    with hosted(labs) as lab:
        assert not routed.exists()
        sign_in(*flashed(lab.description))
        until(routed.exists)


def test_no_login_of_az_is_kept(labs):
    with hosted(labs):
        azure = labs / "lab" / folder.AZURE
        azure.mkdir()
        (azure / "msal_token_cache.json").write_text("{}")
    assert not azure.exists() and "msal" not in json.dumps(json.loads(file_of(labs).read_bytes()))


def until(found):
    end = time.monotonic() + 10
    while not found():
        assert time.monotonic() < end
        time.sleep(0.01)
