"""Templates asked beside the stream: messages wait for them, in order, and nothing waits for ever."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any, cast

import pytest

from azext_iotdiag.model.event import Event
from azext_iotdiag.model.failure import Failure, Kind, StepFailed
from azext_iotdiag.payload import Model
from azext_iotdiag.payload.assigned import Assigned, Lack, Models
from azext_iotdiag.streams import recorded, templates
from azext_iotdiag.streams.templates import Templates

TEMPLATE = {"@id": "dtmi:t;1", "capabilityModel": {"@id": "dtmi:m;1", "@type": "Interface", "contents": []}}
SECONDS = 10.0


def record(device: str, number: int = 0) -> recorded.Recorded:
    return recorded.live(Event("Telemetry", device, "", "", "0", number, "", 0, {}, {}, {}, b"{}"))


def until(found, what: str) -> Iterator[None]:
    """None, as a stream gives it in its pauses, until something is true."""
    ends = time.monotonic() + SECONDS
    while not found():
        assert time.monotonic() < ends, f"waited {SECONDS:g} s for {what}"
        yield None
        time.sleep(0.005)


def test_messages_wait_for_the_template_of_their_device_and_others_pass() -> None:
    free = threading.Event()

    def asked(device: str) -> Assigned:
        if device == "slow":
            assert free.wait(SECONDS)
        return Assigned(TEMPLATE)

    made, seen = Templates(asked, Models()), []

    def source() -> Iterator[recorded.Recorded | None]:
        yield record("fast", 1)
        yield from until(lambda: seen == [("fast", 1)], "the fast one")
        yield from (record("slow", 2), record("slow", 3), record("fast", 4), None)
        assert seen == [("fast", 1), ("fast", 4)]
        free.set()
        yield from until(lambda: len(seen) == 4, "the slow one")
        yield record("slow", 5)

    for each in made.held(source()):
        if each is not None:
            seen.append((each.event.device, each.event.sequence))
            assert isinstance(made(each.event), Model)
    assert seen == [("fast", 1), ("fast", 4), ("slow", 2), ("slow", 3), ("slow", 5)] and made.unjudged == 0


def test_what_is_not_answered_in_time_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templates, "LAST_SECONDS", 0.2)
    monkeypatch.setattr(templates, "MOST_HELD", 2)
    free = threading.Event()
    made = Templates(lambda _device: Assigned(lack=Lack.NOT_READ) if free.wait(SECONDS) else Assigned(), Models())
    assert [each for each in made.held(iter([record("a"), record("a"), record("b")])) if each] == []
    assert made.unjudged == 3
    free.set()


@pytest.mark.parametrize(("lack", "code"), [
    (Lack.NOT_ASSIGNED, "central-unassociated"), (Lack.NOT_IN_APP, "device-not-in-app"),
    (Lack.NOT_READ, "template-not-read"),
])  # fmt: skip
def test_a_device_without_one_is_asked_about_again_after_five_minutes_and_not_before(lack: Lack, code: str) -> None:
    now, asked = [0.0], []

    def ask(device: str) -> Assigned:
        asked.append(device)
        return Assigned(lack=lack, detail="why") if len(asked) == 1 else Assigned(TEMPLATE)

    made, passed = Templates(ask, Models(), clock=lambda: now[0]), []

    def source() -> Iterator[recorded.Recorded | None]:
        yield record("a", 1)
        yield from until(lambda: passed, "the answer")
        (found,) = made(passed[0].event)
        assert found.entry.code == code and "why" in found.message
        now[0] = templates.ASK_AGAIN_SECONDS - 1
        yield record("a", 2)
        assert asked == ["a"]
        now[0] += 1
        yield record("a", 3)  # judged by the last answer, while the next one is out
        yield from until(lambda: isinstance(made(passed[0].event), Model), "the second answer")

    passed.extend(each for each in ())
    for each in made.held(source()):
        if each is not None:
            passed.append(each)
    assert len(passed) == 3 and asked == ["a", "a"]


def test_a_template_that_is_none_is_said_and_not_the_end() -> None:
    (found,) = Models().of(Assigned({"@id": "dtmi:t;1", "capabilityModel": 5}))
    assert found.entry.code == "template-not-read"
    assert Models(strict=True).of(Assigned(lack=Lack.NOT_ASSIGNED))[0].severity.value == "fail"


def test_a_question_that_breaks_does_not_hold_the_messages() -> None:
    """Such as an expired login of az: they go on, with the reason."""

    def asked(_device: str) -> Assigned:
        raise RuntimeError("AADSTS700082: expired\nmore")

    made = Templates(asked, Models())
    shown = [each for each in made.held([record("d")]) if each is not None]
    assert len(shown) == 1 and made.unjudged == 0
    findings = made(shown[0].event)
    assert isinstance(findings, list) and "AADSTS700082: expired" in str(findings)


class Central:
    """An application with one device and one template. A Failure in the place of either is what asking comes to."""

    def __init__(self, device: Any, template: Any = TEMPLATE):
        self._device, self._template = device, template
        self.asked: list[str] = []

    def device(self, name: str) -> Any:
        return self._answered(name, self._device)

    def template(self, name: str) -> Any:
        return self._answered(name, self._template)

    def _answered(self, name: str, answer: Any) -> Any:
        self.asked.append(name)
        if isinstance(answer, Failure):
            raise StepFailed(answer)
        return answer


def failed(kind: Kind, **more: str) -> Failure:
    return Failure(kind, "a step", "app", 443, **more)


HAS_ONE = {"template": "dtmi:t;1"}


@pytest.mark.parametrize(("central", "assigned"), [
    (Central(HAS_ONE), Assigned(TEMPLATE)),
    (Central({}), Assigned(lack=Lack.NOT_ASSIGNED)), (Central({"template": ""}), Assigned(lack=Lack.NOT_ASSIGNED)),
    (Central({"template": 5}), Assigned(lack=Lack.NOT_ASSIGNED)),
    # What is missing is the device, and behind it the template.
    (Central(failed(Kind.MISSING, condition="404")), Assigned(lack=Lack.NOT_IN_APP, detail="404")),
    (Central(HAS_ONE, failed(Kind.MISSING, condition="404", description="gone")),
     Assigned(lack=Lack.NOT_READ, detail="404: gone")),
    (Central(failed(Kind.BUSY)), Assigned(lack=Lack.NOT_READ)),
    (Central(HAS_ONE, failed(Kind.UNAUTHORIZED, description="no")), Assigned(lack=Lack.NOT_READ, detail="no")),
])  # fmt: skip
def test_what_an_application_says_of_a_devices_template(central: Central, assigned: Assigned) -> None:
    assert templates.ask(cast(Any, central))("pump") == assigned


def test_a_template_is_asked_for_once() -> None:
    central = Central(HAS_ONE)
    ask = templates.ask(cast(Any, central))
    assert ask("a") == ask("b") == Assigned(TEMPLATE)
    assert central.asked == ["a", "dtmi:t;1", "b"]
