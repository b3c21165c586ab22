"""What is hidden is counted in memory that does not grow."""

from __future__ import annotations

from azext_iotdiag.model.event import Event
from azext_iotdiag.model.hidden_messages import HiddenMessages, Seen
from azext_iotdiag.streams.hidden_messages import HiddenCounter


def event(device: str, enqueued: int = 1, component: str = "") -> Event:
    return Event("Telemetry", device, "", component, "0", 0, "", enqueued, {}, {}, {}, b"")


def counting(**more) -> HiddenCounter:
    tests = {"--device-id": lambda event: event.device == "a", "--component": lambda event: event.component == "c"}
    return HiddenCounter(tests, **more)


def test_the_first_filter_that_hides_counts() -> None:
    count = counting()
    for hidden in (event("b", 5), event("b", 3, "c"), event("a", 9), event("d", 4)):
        count(hidden)
    assert count.hidden_messages() == HiddenMessages(
        {"--device-id": 3, "--component": 1}, {"b": Seen(2, 5), "d": Seen(1, 4)}, True, 9
    )
    assert count.hidden_messages().hidden == 4


def test_nothing() -> None:
    assert counting().hidden_messages() == HiddenMessages()


def test_memory_is_bounded_and_what_may_be_meant_is_kept() -> None:
    count = counting(asked="pump", most=100)
    for number in range(10_000):
        count(event(f"device-{number}"))
    count(event("PUMP"))
    hidden_messages = count.hidden_messages()
    assert (len(hidden_messages.devices), hidden_messages.complete, hidden_messages.hidden) == (101, False, 10_001)
    assert (
        "PUMP" in hidden_messages.devices
        and "device-99" in hidden_messages.devices
        and "device-100" not in hidden_messages.devices
    )
