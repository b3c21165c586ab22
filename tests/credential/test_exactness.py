"""What a reader of strings overlooks is told with its place; nothing is told of a string that is exact."""

from __future__ import annotations

import base64
import itertools

import pytest

from azext_iotdiag.credential import connection_string, exactness
from tests.plugins.rows import all_rows

KEY = base64.b64encode(b"k" * 32).decode()
BLANKS = (" ", "\t", "\n", "\r\n", "\xa0", "\u200b", "\ufeff")
EXACT = f"HostName=hub.azure-devices.net;DeviceId=pump-7;SharedAccessKey={KEY}"

ROWS = [
    (EXACT, []),
    (f"{EXACT} ", [("The string", "ends with a blank", len(EXACT) + 1)]),
    (f"{EXACT}\n\n", [("The string", "ends with a line break", len(EXACT) + 1)]),
    (f"\ufeff{EXACT}", [("The string", "begins with a byte order mark", 1)]),
    (f'"{EXACT}"', [("The string", "stands in quotation marks", 1)]),
    (EXACT.replace(";Dev", " ;Dev"), [("HostName", "ends with a blank", 31)]),
    (EXACT.replace("=hub", "= hub"), [("HostName", "begins with a blank", 10)]),
    (EXACT.replace("=pump-7", "=pump-7  "), [("DeviceId", "ends with blanks", 47)]),
    (EXACT.replace(";DeviceId", "; DeviceId"), [("The name DeviceId", "begins with a blank", 32)]),
    (EXACT.replace("=hub", "=HUB"), [("HostName", "is written with capital letters", 10)]),
    (
        EXACT.replace(";DeviceId=pump-7", " ; DeviceId = pump-7 "),
        [
            ("HostName", "ends with a blank", 31),
            ("The name DeviceId", "begins with a blank", 33),
            ("The name DeviceId", "ends with a blank", 42),
            ("DeviceId", "begins with a blank", 44),
            ("DeviceId", "ends with a blank", 51),
        ],
    ),
    (
        EXACT.replace("=hub", "=  HUB"),
        [("HostName", "begins with blanks", 10), ("HostName", "is written with capital letters", 12)],
    ),
    (
        f"\n'{EXACT}' ",
        [
            ("The string", "begins with a line break", 1),
            ("The string", "stands in quotation marks", 2),
            ("The string", "ends with a blank", len(EXACT) + 4),
        ],
    ),
    (
        EXACT.replace(";DeviceId", ";;DeviceId"),
        [("The string", "holds an empty part: two semicolons, or one at its end", 31)],
    ),
    (f"{EXACT};", [("The string", "holds an empty part: two semicolons, or one at its end", len(EXACT) + 1)]),
]


@pytest.mark.parametrize(("text", "told"), ROWS)
def test_each_is_told_with_its_place(text: str, told: list) -> None:
    connection_string.read(text)  # which reads all of these
    assert [(each.what, each.how, each.place) for each in exactness.of_string(text)] == told


@all_rows(("blank", "place"), itertools.product(BLANKS, range(len(EXACT) + 1)))
def test_whatever_is_read_like_the_exact_string_is_told(blank: str, place: int) -> None:
    text = EXACT[:place] + blank + EXACT[place:]
    try:
        read = connection_string.read(text)
    except connection_string.MalformedConnectionString:
        return
    assert read == connection_string.read(EXACT)
    assert any(each.fatal for each in exactness.of_string(text)), (place, blank)


def test_a_key_alone() -> None:
    assert exactness.of_key(KEY) == ()
    assert [(each.how, each.place) for each in exactness.of_key(f" {KEY}\n")] == [
        ("begins with a blank", 1), ("ends with a line break", len(KEY) + 2),
    ]  # fmt: skip


@pytest.mark.parametrize(("text", "fatal"), [
    (f"{EXACT};", False), (EXACT.replace("=hub", "=HUB"), False), (f"{EXACT} ", True),
    (EXACT.replace("=pump-7", "= pump-7"), True), (f'"{EXACT}"', True),
])  # fmt: skip
def test_an_sdk_fails_at_blanks_and_not_at_capitals(text: str, fatal: bool) -> None:
    assert [each.fatal for each in exactness.of_string(text)] == [fatal]
