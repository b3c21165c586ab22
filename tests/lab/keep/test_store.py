"""The file that keeps a lab: whole, private, versioned, and what becomes of one that cannot be read."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import stat
import sys

import pytest

from azext_iotdiag.lab.keep import store
from azext_iotdiag.lab.keep.codec import Unreadable
from azext_iotdiag.lab.keep.store import Keeper
from azext_iotdiag.lab.lab import new_lab
from azext_iotdiag.lab.net.certificates import make_authority

PORTS = {"mqtt": 8883}
AUTHORITY = make_authority("an authority")


@pytest.fixture
def lab():
    return new_lab(device_count=1)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "kept.json"


def keeper_of(file, lab):
    return Keeper(file, lab, AUTHORITY, "instance", "127.0.0.2", PORTS)


async def until(found):
    end = asyncio.get_running_loop().time() + 10
    while not found():
        assert asyncio.get_running_loop().time() < end
        await asyncio.sleep(0.01)


def test_what_was_written_is_read(file, lab):
    keeper_of(file, lab).save(in_order=True)
    kept = store.read(file)
    assert (kept.instance, kept.bind, kept.ports, kept.in_order) == ("instance", "127.0.0.2", PORTS, True)
    assert kept.authority.pem == AUTHORITY.pem
    assert kept.make().hub.devices["device-1"].primary == lab.hub.devices["device-1"].primary
    assert lab.hub.devices["device-1"].primary.reveal() not in repr(kept)


@pytest.mark.skipif(sys.platform == "win32", reason="modes are those of POSIX")
def test_only_its_owner_reads_it(file, lab):
    before = os.umask(0)
    try:
        keeper_of(file, lab).save()
    finally:
        os.umask(before)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["kept.json"]


def test_where_nothing_changed_nothing_is_written(file, lab):
    keeper = keeper_of(file, lab)
    keeper.save()
    file.unlink()
    keeper.save()
    assert not file.exists() and store.read(file) is None
    lab.hub.devices["device-1"].status = "disabled"
    keeper.save()
    assert store.read(file).make().hub.devices["device-1"].status == "disabled"


def changed(whole, **values):
    return {**whole, **values}


DAMAGE = {
    "cut off": (lambda data, _: data[:-20], "cannot be understood"),
    "empty": (lambda data, _: b"", "cannot be understood"),
    "no text": (lambda data, _: b"\xff\xfe\x00", "cannot be understood"),
    "no object": (lambda data, _: b"[1]", "cannot be understood"),
    "deep": (lambda data, _: b"[" * 100_000, "cannot be understood"),
    "a letter changed": (lambda data, _: data.replace(b"device-1", b"device-2"), "changed or cut off"),
    "a newer version": (lambda _, whole: json.dumps(changed(whole, version=2)).encode(), "version 2"),
    "no version": (lambda _, whole: json.dumps({"kept": whole["kept"]}).encode(), "cannot be understood"),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_what_cannot_be_read_is_said(file, lab, kind):
    keeper_of(file, lab).save()
    damage, why = DAMAGE[kind]
    data = file.read_bytes()
    file.write_bytes(damage(data, json.loads(data)))
    with pytest.raises(Unreadable, match=why):
        store.read(file)


def test_set_aside_never_replaces(file):
    names = set()
    for number in range(3):
        file.write_text(str(number))
        names.add(store.set_aside(file, 1_700_000_000).name)
    assert names == {f"kept.unreadable-20231114T221320-{number}.json" for number in (1, 2, 3)}
    assert not file.exists()


def test_it_is_written_soon_after_something_happened(file, lab):
    async def run():
        keeper = keeper_of(file, lab)
        keeper.start()
        for number in range(20):
            lab.hub.devices["device-1"].status_reason = str(number)
            lab.audit.record("https", "request", "accepted")
        await until(lambda: store.read(file).make().hub.devices["device-1"].status_reason == "19")
        keeper.end()
        assert store.read(file).in_order

    asyncio.run(run())


def test_a_disk_that_is_full_is_said_once_and_tried_again(file, lab, monkeypatch):
    def full(*_arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    def said():
        return [record for record in lab.audit.recent(99) if record.action == "keep"]

    async def run():
        keeper = keeper_of(file, lab)
        keeper.start()
        with monkeypatch.context() as patched:
            patched.setattr(store, "write_private", full)
            for number in range(3):
                lab.hub.devices["device-1"].status_reason = f"lost {number}"
                lab.audit.record("https", "request", "accepted")
                await until(lambda: keeper.status()["problem"] == "No space left on device")
        assert len(said()) == 1 and "No space left" in said()[0].reason
        assert store.read(file).make().hub.devices["device-1"].status_reason == ""  # what was written stays whole
        await until(lambda: not keeper.status()["problem"])
        assert store.read(file).make().hub.devices["device-1"].status_reason == "lost 2"
        keeper.end()

    asyncio.run(run())
