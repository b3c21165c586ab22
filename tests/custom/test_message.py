"""`az iot diag message send`, against a lab: what becomes of a message, and whose feedback is taken."""

from __future__ import annotations

import json
import queue
import signal
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from azext_iotdiag.lab.hub import cloud_messages, notices
from azext_iotdiag.lab.process.hosting import Hosted
from tests.flows import devices
from tests.plugins import leaks
from tests.plugins.az import Run, az, finished, start
from tests.plugins.lab_fixture import open_lab

pytestmark = pytest.mark.slow


class Cloud:
    """A lab and the command. Feedback leaves the lab at once, and not each 15 s."""

    def __init__(self, lab: Hosted):
        self.lab = lab
        self.runtime = lab.state.runtime
        self.runtime.feedback.seconds = 0.0

    def words(self, device: str, *options: str) -> tuple[str, ...]:
        string = self.lab.description["connectionStrings"]["service"]
        return ("iot", "diag", "message", "send", "--login", string, "-d", device, *options)

    def send(self, device: str, *options: str, **how: Any) -> Run:
        words = self.words(device, "--data", "on", *options)
        done = az(*words, environment=self.lab.description["environment"], **how)
        said = done.out.decode() + done.err
        assert "Traceback" not in said and not leaks.Search(leaks.known(self.lab)).lines(said)
        return done

    def when_queued(self, device: str, act: Callable[[Any], None]) -> threading.Thread:
        """Do this with the device as soon as a message waits for it."""
        known = self.runtime.hub.devices[device]

        def watch() -> None:
            end = time.monotonic() + 20
            while not known.messages.waiting and time.monotonic() < end:
                time.sleep(0.01)
            self.lab.call(act, known)

        thread = threading.Thread(target=watch)
        thread.start()
        return thread

    def clear(self) -> None:
        def purge() -> None:
            for device in ("device-1", "device-2", "device-3"):
                cloud_messages.purge(self.runtime, self.runtime.hub.devices[device])
            self.runtime.feedback.waiting.clear()

        self.lab.call(purge)


@pytest.fixture(scope="module")
def hosted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosted]:
    with open_lab(tmp_path_factory.mktemp("lab")) as lab:
        yield lab


@pytest.fixture
def cloud(hosted: Hosted) -> Iterator[Cloud]:
    made = Cloud(hosted)
    made.clear()
    yield made
    made.clear()


def told(done: Run) -> tuple[int, list[str], str | None]:
    data = json.loads(done.out)
    return done.code, data["verdict"]["codes"], data["feedback"]


def fates(cloud: Cloud) -> dict[str, Callable[[Any], None]]:
    runtime = cloud.runtime

    def held(settle: Callable[[Any, Any, str], None]) -> Callable[[Any], None]:
        def act(device: Any) -> None:
            message = cloud_messages.receive(runtime, device)
            assert message is not None
            settle(runtime, device, message.lock)

        return act

    def abandon(device: Any) -> None:
        for _ in range(runtime.hub.settings.most_deliveries):
            message = cloud_messages.receive(runtime, device)
            assert message is not None
            cloud_messages.abandon(runtime, device, message.lock)

    return {
        "complete": held(cloud_messages.complete),
        "reject": held(cloud_messages.reject),
        "abandon": abandon,
        "purge": lambda device: cloud_messages.purge(runtime, device),
        "expire": lambda device: None,
    }


@pytest.mark.parametrize(("fate", "code", "codes", "feedback"), [
    ("complete", 0, [], "Success"),
    ("reject", 4, ["cloud-message-rejected"], "Rejected"),
    ("abandon", 4, ["cloud-message-given-back"], "DeliveryCountExceeded"),
    ("purge", 4, ["cloud-message-purged"], "Purged"),
    ("expire", 4, ["cloud-message-expired"], "Expired"),
])  # fmt: skip
def test_what_became_of_a_message(cloud: Cloud, fate: str, code: int, codes: list[str], feedback: str) -> None:
    acting = cloud.when_queued("device-2", fates(cloud)[fate])
    done = cloud.send("device-2", "--wait", "--timeout", "20", "--expire-after", "1" if fate == "expire" else "60")
    acting.join()
    assert told(done) == (code, codes, feedback), done.err
    assert not cloud.runtime.feedback.waiting and not cloud.runtime.feedback.out, "our own record is taken"


def test_a_device_over_mqtt_gets_the_message_and_completes_it(cloud: Cloud) -> None:
    """paho is the device: it gets the body and the properties, and its PUBACK completes the message."""
    playing: Any = cloud
    device, got = devices.connected(playing), queue.SimpleQueue[tuple[str, bytes]]()
    subscribed = threading.Event()
    device.on_subscribe = lambda *_: subscribed.set()
    device.on_message = lambda _client, _data, message: got.put((message.topic, message.payload))
    try:
        device.subscribe("devices/device-1/messages/devicebound/#", qos=1)
        assert subscribed.wait(devices.SECONDS)
        done = cloud.send("device-1", "--wait", "--timeout", "20", "--properties", "kind=set", "--ct", "text/plain")
        topic, body = got.get(timeout=devices.SECONDS)
    finally:
        devices.ended(device)
    assert told(done) == (0, [], "Success"), done.err
    assert body == b"on" and "kind=set" in topic and "%24.ct=text%2Fplain" in topic


def test_without_wait_the_hub_having_it_is_enough(cloud: Cloud) -> None:
    done = cloud.send("device-2", "--properties", "kind=set", "a=b", "--mid", "m-1")
    assert told(done) == (0, [], None) and json.loads(done.out)["accepted"] is True
    (message,) = cloud.runtime.hub.devices["device-2"].messages.waiting
    assert (message.message_id, message.body, message.properties["kind"], message.ack) == ("m-1", b"on", "set", "full")


def test_a_full_queue_is_told(cloud: Cloud) -> None:
    def fill() -> None:
        for _ in range(cloud_messages.MOST):
            cloud_messages.send(cloud.runtime, cloud.runtime.hub.devices["device-3"], b"x")

    cloud.lab.call(fill)
    assert told(cloud.send("device-3")) == (4, ["hub-403004"], None)


def test_a_device_that_the_hub_does_not_know(cloud: Cloud) -> None:
    assert told(cloud.send("stranger")) == (4, ["device-unknown"], None)


def test_feedback_of_others_is_given_back_and_not_taken(cloud: Cloud) -> None:
    """Their records are delivered once to us, and wait for their sender again."""
    other = cloud.runtime.hub.devices["device-3"]
    record = notices.fate(other, "theirs", "Success", cloud.runtime.clock())
    cloud.lab.call(cloud.runtime.feedback.add, record, cloud.runtime.clock())
    done = cloud.send("device-2", "--wait", "--timeout", "5")
    assert told(done) == (5, ["feedback-of-others"], None)
    assert json.loads(done.out)["recordsOfOthers"] == 1
    (kept,) = cloud.runtime.feedback.waiting
    assert kept.record["originalMessageId"] == "theirs" and kept.deliveries == 1


def test_a_batch_with_ours_and_theirs_tells_ours_and_goes_back(cloud: Cloud) -> None:
    other, now = cloud.runtime.hub.devices["device-3"], cloud.runtime.clock

    def both(device: Any) -> None:
        message = cloud_messages.receive(cloud.runtime, device)
        assert message is not None
        readers, cloud.runtime.feedback.readers = cloud.runtime.feedback.readers, []
        cloud.runtime.feedback.add(notices.fate(other, "theirs", "Success", now()), now())
        cloud.runtime.feedback.readers = readers
        cloud_messages.complete(cloud.runtime, device, message.lock)

    acting = cloud.when_queued("device-2", both)
    done = cloud.send("device-2", "--wait", "--timeout", "20")
    acting.join()
    assert told(done) == (0, [], "Success"), done.err
    assert {kept.record["originalMessageId"] for kept in cloud.runtime.feedback.waiting} >= {"theirs"}


def test_no_feedback_in_time_decides_nothing(cloud: Cloud) -> None:
    assert told(cloud.send("device-2", "--wait", "--timeout", "1")) == (5, ["feedback-missing"], None)


@pytest.mark.parametrize(("options", "words"), [
    (("--expire-after", "0"), "--expire-after is 0"),
    (("--expire-after", "172801"), "it must be 1 to 172800 seconds"),
    (("--timeout", "0"), "--timeout is 0"),
    (("--properties", "kind"), "is no property of a message"),
    (("--properties", "iothub-ack=none"), "is no property of a message"),
    (("--mid", "x" * 129), "--message-id must be"),
    (("--data", "x" * 65537), "A hub takes 65536"),
])  # fmt: skip
def test_what_no_hub_takes_is_refused_before_any_request(cloud: Cloud, options: tuple[str, ...], words: str) -> None:
    asked = cloud.lab.state.audit.number()
    done = cloud.send("device-2", *options)
    assert done.code == 1 and words in done.err and cloud.lab.state.audit.number() == asked


def test_ctrl_c_ends_the_wait_and_says_that_the_message_waits(cloud: Cloud) -> None:
    words = cloud.words("device-2", "--data", "on", "--wait", "--timeout", "60")
    process = start(*words, environment=cloud.lab.description["environment"])
    end = time.monotonic() + 40
    while not cloud.runtime.hub.devices["device-2"].messages.waiting and time.monotonic() < end:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    done = finished(process)
    assert done.code == 130, done.err
    assert "Interrupted. The message" in done.err and "still waits for device-2" in done.err


def test_golden(cloud: Cloud, golden: Callable[[str, str], None]) -> None:
    """What a terminal, a pipe and a table get."""
    shown: list[str] = []
    for name, options, how in (
        ("on a terminal", (), {"terminal": True}),
        ("as JSON", (), {}),
        ("no feedback, on a terminal", ("--wait", "--timeout", "1"), {"terminal": True}),
        ("no feedback, as a table", ("--wait", "--timeout", "1", "-o", "table"), {}),
    ):
        done = cloud.send("device-2", "--mid", "m-1", *options, **how)
        shown += [f"== {name}: {done.code}", done.out.decode().rstrip(), f"-- stderr\n{done.err.rstrip()}"]
    text = "\n".join(shown).replace(cloud.lab.description["hub"], "hub.azure-devices.net")
    text = "\n".join(line for line in text.splitlines() if '"waitedSeconds": 1' not in line)
    golden("message_sent.txt", "\n".join(line.rstrip() for line in text.splitlines()) + "\n")
