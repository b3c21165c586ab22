"""Logs of devices, made after public ones: the root of each at the right line, and nothing in a healthy one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from azext_iotdiag.insights.dialects import catalogue
from azext_iotdiag.insights.dialects.table import Kind
from azext_iotdiag.insights.reading import read_text
from azext_iotdiag.knowledge.lookup import NAMES
from azext_iotdiag.model.story import Story
from tests.plugins.rows import all_rows

FOLDER = Path(__file__).parent / "logs"
EXPECTED = [row.split("\t") for row in (FOLDER / "expected.tsv").read_text(encoding="utf-8").splitlines()]


def story(name: str) -> Story:
    return read_text((FOLDER / name).read_text(encoding="utf-8"))


@all_rows(("name", "root", "healed"), [tuple(row) for row in EXPECTED])
def test_a_log_tells_its_root_at_the_right_line(name: str, root: str, healed: str) -> None:
    told = story(name).root
    if not root:
        assert told is None
        return
    assert told is not None
    assert f"{'|'.join(each.code for each in told.entries)}@{told.line}" == root
    assert healed == "" or told.healed > told.line


def test_each_family_has_a_healthy_log_and_two_that_fail() -> None:
    for family in catalogue.FAMILIES:
        roots = [root for name, root, _ in EXPECTED if name.startswith(f"{family}-")]
        assert roots.count("") >= 1 and sum(map(bool, roots)) >= 2, family


def test_every_log_is_listed() -> None:
    assert sorted(path.name for path in FOLDER.glob("*.log")) == sorted(name for name, *_ in EXPECTED)


@pytest.mark.parametrize("prefix", ["2026-11-30T10:00:01.401Z ", "[10:00:01.404] ", "401002: ", "\x1b[0;31m"])
def test_what_a_terminal_writes_before_each_line_changes_nothing(prefix: str) -> None:
    for name, root, _ in EXPECTED:
        text = "".join(f"{prefix}{line}\r\n" for line in (FOLDER / name).read_text(encoding="utf-8").splitlines())
        told = read_text(text).root
        assert (told is None) == (root == ""), name


ROWS = [(dialect.name, row) for dialect in catalogue.chosen() for row in dialect.rows]


def test_the_key_of_a_row_stands_in_what_its_pattern_finds() -> None:
    """A pattern of plain words, so that it finds itself."""
    for dialect, row in ROWS:
        assert row.key == row.key.lower() and row.key.strip(), (dialect, row)
        for words in row.pattern.split("|") if "(" not in row.pattern else ():
            plain = re.sub(r"\\b", "", words).replace("\\", "").lower()
            if re.fullmatch(r"[\w :',-]+", plain):
                assert row.key in plain, (dialect, row.key, words)


def test_rows_name_codes_that_are_known() -> None:
    known = 0
    for dialect, row in ROWS:
        match = re.fullmatch(r"(?s).*", "401") or pytest.fail()
        try:
            meant = row.meaning(match)
        except (IndexError, ValueError, TypeError):
            continue  # it wants the groups of its own pattern
        for code in (meant or "").split():
            if ":" not in code:
                assert code in NAMES, (dialect, row.key, code)
                known += row.kind is Kind.FAILS
    assert known > 300


def test_a_thread_belongs_to_a_log_that_exists() -> None:
    threads = dict(row.split("\t") for row in (FOLDER / "threads.tsv").read_text(encoding="utf-8").splitlines())
    assert len(threads) >= 60
    assert set(threads) <= {name for name, *_ in EXPECTED}
    assert all(
        re.fullmatch(r"https://github\.com/[\w.-]+/[\w.-]+/(?:issues|pull)/\d+", each) for each in threads.values()
    )


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Connection refused - not authorised", "device-refused"),
        ("Connection refused (not authorized)", "device-refused"),
        ("Connection refused: The client is not authorised", "device-refused"),
        ("connection refused by server: not Authorized", "device-refused"),
        ("mqtt: connect: connection refused: plant-hub: not authorised", "device-refused"),
        ("Connection Refused, bad user name or password", "device-refused"),
        ("connection refused - incorrect username or password", "device-refused"),
        ("Connection refused, identifier rejected", "mqtt-client-id-refused"),
        ("Connection refused: the broker is unavailable", "mqtt-server-unavailable"),
        ("Connection refused (unacceptable protocol version)", "mqtt-version-refused"),
        ("Connection refused", "connection-refused"),
        ("connect: connection refused", "connection-refused"),
        ("java.net.ConnectException: Connection refused (Connection refused)", "connection-refused"),
        ("Connection refused (os error 111), not authorized yet", "connection-refused"),
        ("Connection refused; the device is not authorised yet", "connection-refused"),
    ],
)
def test_a_refused_connection_with_the_reason_of_a_server_is_no_closed_port(words: str, code: str) -> None:
    told = read_text(words).root
    assert told is not None and [entry.code for entry in told.entries] == [code]
