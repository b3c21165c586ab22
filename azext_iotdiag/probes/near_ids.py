"""Ids that a hub knows in place of one that it does not know. Ids are exact; people and gateways are not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from azext_iotdiag.clients.hub import Hub
from azext_iotdiag.model.failure import Kind, StepFailed

MOST_PAGES = 5  # of 1,000 ids; the queries of a hub are few for all its callers
MOST = 3  # ids of each kind that are named
SHORTEST = 4  # characters of an id in which one letter more is a slip
_IDS = "SELECT deviceId FROM devices"


class Near(NamedTuple):
    """Ids that differ in their case alone, those that differ in their punctuation, too, and in one letter."""

    in_case: tuple[str, ...] = ()
    in_marks: tuple[str, ...] = ()
    in_letter: tuple[str, ...] = ()


def find(hub: Hub, device: str) -> Near:
    """The near ids. Which devices there are takes the right to read the registry; without it two ids are tried."""
    known = _in_one_case(hub, device)
    if known:
        return Near(known)
    try:
        return near(device, _ids(hub))
    except StepFailed:
        return Near()


def near(device: str, ids: Iterable[str]) -> Near:
    """The ids that are near to a device's."""
    bare, folded = _bare(device), device.casefold()
    in_case, in_marks, in_letter = list[str](), list[str](), list[str]()
    for each in ids:
        if each == device:
            continue
        if each.casefold() == folded:
            in_case.append(each)
        elif bare and _bare(each) == bare:
            in_marks.append(each)
        elif _is_slip(folded, each.casefold()):
            in_letter.append(each)
    return Near(tuple(in_case[:MOST]), tuple(in_marks[:MOST]), tuple(in_letter[:MOST]))


def _ids(hub: Hub) -> Iterator[str]:
    for page in islice(hub.query(_IDS), MOST_PAGES):
        yield from (each["deviceId"] for each in page if isinstance(each.get("deviceId"), str))


def _in_one_case(hub: Hub, device: str) -> tuple[str, ...]:
    """The same id in small or in large letters, where the hub knows that: gateways build ids in either."""
    return tuple(each for each in (device.lower(), device.upper()) if each != device and _is_known(hub, each))


def _is_known(hub: Hub, device: str) -> bool:
    for ask in (hub.twin, hub.device):
        try:
            ask(device)
        except StepFailed as failed:
            if failed.failure.kind in (Kind.UNAUTHORIZED, Kind.REFUSED):
                continue
            return False
        return True
    return False


def _bare(device: str) -> str:
    """An id without its punctuation, in one case: pump_1, PUMP-1 and pump1 are alike."""
    return "".join(each for each in device.casefold() if each.isalnum())


def _is_slip(one: str, other: str) -> bool:
    """Whether a slip of the hand lies between two ids: one letter more, less or other, or two that changed places.

    Digits count devices, so that pump-1 and pump-2 are two devices, and no slip.
    """
    if abs(len(one) - len(other)) > 1 or min(len(one), len(other)) < SHORTEST:
        return False
    begin = next((place for place, pair in enumerate(zip(one, other)) if pair[0] != pair[1]), min(len(one), len(other)))
    rests = one[begin:], other[begin:]
    if rests[0][:2] == rests[1][:2][::-1] and rests[0][2:] == rests[1][2:] and len(rests[0]) == len(rests[1]):
        return rests[0][:2].isalpha()
    ends = {(rests[0][1:], rests[1]), (rests[0], rests[1][1:]), (rests[0][1:], rests[1][1:])}
    return any(mine == theirs for mine, theirs in ends) and not any(each[:1].isdigit() for each in rests)
