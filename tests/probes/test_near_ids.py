"""Ids that a hub knows in place of one that it does not know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from azext_iotdiag.model.failure import Failure, Kind, StepFailed
from azext_iotdiag.probes import near_ids
from azext_iotdiag.probes.near_ids import MOST, MOST_PAGES, Near, near

REFUSED = Failure(Kind.UNAUTHORIZED, "a query", "h", 443)
MISSING = Failure(Kind.MISSING, "the twin", "h", 443, condition="DeviceNotFound")


@pytest.mark.parametrize(
    ("device", "ids", "found"),
    [
        ("pump-1", ("Pump-1", "pump-2"), Near(("Pump-1",))),
        ("pump-1", ("pump_1", "PUMP1", "pump-11"), Near((), ("pump_1", "PUMP1"))),
        ("pump-1", ("pump-1",), Near()),
        ("pump-1", (), Near()),
        ("test-device-01", ("teste-device-01",), Near(in_letter=("teste-device-01",))),  # azure-iot-cli-extension#80
        ("pump-1", ("pumpp-1", "pmup-1", "bump-1", "ump-1"), Near(in_letter=("pumpp-1", "pmup-1", "bump-1"))),
        ("pump-12", ("pump-21", "pump-2", "pump-112", "pumps-21"), Near()),  # digits count devices
        ("abc", ("abcd", "ab"), Near()),  # too short for a slip
        ("---", ("...",), Near()),  # nothing is left of either without its punctuation
        ("d", tuple(f"{'.' * number}D" for number in range(1, 9)), Near((), (".D", "..D", "...D"))),
    ],
)
def test_near(device: str, ids: tuple[str, ...], found: Near) -> None:
    assert near(device, ids) == found
    assert MOST == 3


class Hub:
    """A registry whose queries give these pages, or are refused."""

    def __init__(self, *pages: list[dict[str, Any]], refuses: bool = False, small: bool = False):
        self._pages, self._refuses, self._small = pages, refuses, small
        self.asked = 0

    def query(self, text: str) -> Iterator[list[dict[str, Any]]]:
        assert text == "SELECT deviceId FROM devices"
        if self._refuses:
            raise StepFailed(REFUSED)
        for page in self._pages:
            self.asked += 1
            yield page

    def twin(self, device: str) -> dict[str, Any]:
        if not self._small or device != device.lower():
            raise StepFailed(MISSING)
        return {"deviceId": device}

    device = twin


def find(hub: Hub, device: str) -> Near:
    return near_ids.find(hub, device)  # type: ignore[arg-type]


def test_the_registry_is_asked_page_by_page_and_not_for_ever() -> None:
    assert find(Hub([{"deviceId": "a"}], [{"deviceId": "Pump"}]), "pump") == Near(("Pump",))
    endless = Hub(*[[{"deviceId": str(number)}] for number in range(100)])
    assert find(endless, "pump") == Near() and endless.asked == MOST_PAGES


def test_without_the_right_to_query_only_letters_of_one_case_are_tried() -> None:
    assert find(Hub(refuses=True), "pump") == Near()
    small = Hub(refuses=True, small=True)
    assert find(small, "PUMP") == Near(("pump",))


def test_rows_without_an_id_are_passed_over() -> None:
    assert find(Hub([{"deviceId": 7}, {}, {"deviceId": "Pump"}]), "pump") == Near(("Pump",))
