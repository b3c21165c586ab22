"""Facts as JSON: each goes out and comes back, holds no secret, and a file that is none says where."""

import functools
import json
import typing
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta, timezone
from enum import Enum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from azext_iotdiag.model import facts_json
from azext_iotdiag.model.facts import FACTS, Fact, Vantage, Window, typed
from azext_iotdiag.model.facts import given as given_at
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.hidden_messages import HiddenMessages
from azext_iotdiag.model.identity import Identity
from azext_iotdiag.model.keys import Asked, KeyComparison, KeyMatch
from azext_iotdiag.model.query_selection import QuerySelection
from azext_iotdiag.model.target import Secret, Target
from tests.plugins.effort import few

NOON = datetime(2026, 11, 30, 12, tzinfo=timezone.utc)
SILENT = Failure(Kind.SILENT, "the answer", "hub.azure-devices.net", 443, seconds=10.0)
TEXTS = some.text(max_size=20)
NUMBERS = some.integers(-(2**53), 2**53)
TIMES = some.datetimes(timezones=some.just(timezone.utc))
FLOATS = some.floats(allow_nan=False, allow_infinity=False)
JSON = some.recursive(some.none() | some.booleans() | NUMBERS | TEXTS, lambda inner: some.dictionaries(TEXTS, inner))


@functools.cache
def values(kind):
    """Random values of a declared type, as far as facts are made of such."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    plain = {str: TEXTS, int: NUMBERS, bool: some.booleans(), float: FLOATS, datetime: TIMES, typing.Any: JSON}
    if kind in plain:
        return plain[kind]
    if type(None) in inner:
        return some.none() | values(next(each for each in inner if each is not type(None)))
    if origin is tuple and inner[-1] is Ellipsis:
        return some.lists(values(inner[0]), max_size=3).map(tuple)
    if origin is tuple:
        return some.tuples(*map(values, inner))
    if origin is frozenset:
        return some.frozensets(values(inner[0]), max_size=3)
    if origin is not None and issubclass(origin, Mapping):
        return some.dictionaries(TEXTS, values(inner[1]), max_size=3)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return some.sampled_from(kind)
    return some.builds(kind, **{name: values(each) for name, each in typing.get_type_hints(kind).items()})


@pytest.mark.parametrize("name", FACTS)
@settings(max_examples=few(100))  # there are many facts
@given(data=some.data())
def test_a_fact_comes_back_as_it_went(name, data):
    fact = Fact(data.draw(values(FACTS[name].type)), NOON, "hub twin", Vantage.SERVICE, None, 0.25)
    written = json.loads(json.dumps(facts_json.dump({name: fact}, "1.0")))
    assert facts_json.load(written).facts == {name: fact}


def test_all_that_a_fact_says_of_itself_comes_back():
    window = Window(NOON - timedelta(hours=1), NOON, complete=False)
    fact = Fact(None, NOON, "hub", Vantage.HERE, SILENT, 10.0, window, timedelta(minutes=5))
    written = json.loads(json.dumps(facts_json.dump({"identity": fact}, "1.0")))
    assert facts_json.load(written).facts == {"identity": fact}


def test_no_type_of_a_fact_holds_a_secret_or_a_live_object():
    def walk(kind, path):
        assert kind is not Secret and kind is not Target, path
        for each in typing.get_args(kind):
            walk(each, path)
        assert typing.get_origin(kind) is not Callable, path
        if is_dataclass(kind) or hasattr(kind, "_fields"):
            for name, each in typing.get_type_hints(kind).items():
                walk(each, f"{path}.{name}")
        assert not is_dataclass(kind) or kind.__dataclass_params__.frozen, f"{path} can be changed"

    for name, kind in FACTS.items():
        walk(kind.type, name)


@pytest.mark.parametrize("value", [Secret("k"), object(), {"a": Secret("k")}, [Secret("k")]])
def test_what_is_no_data_is_refused(value):
    with pytest.raises(TypeError, match="does not belong into a fact"):
        facts_json.encode(value, typing.Any)


def test_a_fact_has_a_value_or_a_failure():
    with pytest.raises(ValueError, match="not both"):
        Fact(1.0, NOON, "hub", failure=SILENT)
    with pytest.raises(ValueError, match="names no zone"):
        Fact(1.0, NOON.replace(tzinfo=None), "hub")


def saved(**changes):
    """A facts file with one fact, changed."""
    identity = Identity("hub", "pump", known=True, status="enabled", thumbprints=("AB",))
    content = json.loads(json.dumps(facts_json.dump({"identity": typed(identity, NOON)}, "1.0")))
    return content | changes


def with_fact(**changes):
    content = saved()
    content["facts"]["identity"] |= changes
    return content


def with_value(**changes):
    content = saved()
    content["facts"]["identity"]["value"] |= changes
    return content


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ([], "this is no facts file"),
        ({}, "this is no facts file"),
        (saved(kind="other"), "this is no facts file"),
        (saved(version=None), "version: a version such as 1.0 belongs here, and null stands here"),
        (saved(version="1"), "version: a version such as 1.0 belongs here, and a text stands here"),
        (saved(version="2.0"), "version: this tool reads version 1, and the file has version 2.0"),
        (saved(facts=[]), "facts: an object belongs here, and a list stands here"),
        (saved(facts={"identty": {}}), "facts.identty: there is no such fact"),
        (saved(facts={"identity": 5}), "facts.identity: an object belongs here, and a whole number stands here"),
        (saved(facts={"identity": {}}), "facts.identity.measured: this is missing"),
        (with_fact(measured="noon"), "facts.identity.measured: a time such as 2026-11-30T11:12:13Z belongs here"),
        (with_fact(measured="2026-11-30T12:00:00"), "facts.identity.measured: a time such as"),
        (with_fact(place="there"), "facts.identity.place: one of here, device, service belongs here, and a text"),
        (with_fact(failure={"kind": "odd"}), "facts.identity.failure.kind: one of name-not-resolved"),
        (with_fact(failure={"kind": "silent"}), "facts.identity.failure.step: this is missing"),
        (with_fact(seconds="1"), "facts.identity.seconds: a number belongs here, and a text stands here"),
        (with_fact(seconds=True), "facts.identity.seconds: a number belongs here, and true or false stands here"),
        (with_fact(value=[1]), "facts.identity.value: an object belongs here, and a list stands here"),
        (with_value(connected="yes"), "facts.identity.value.connected: true or false belongs here, and a text"),
        (
            with_value(last_activity=1.5),
            "facts.identity.value.last_activity: a whole number belongs here",
        ),
        (with_value(thumbprints="AB"), "facts.identity.value.thumbprints: a list belongs here, and a text stands"),
        (with_value(thumbprints=["AB", 5]), "facts.identity.value.thumbprints[1]: a text belongs here, and a whole"),
    ],
)
def test_a_file_that_does_not_fit_says_where(content, said):
    with pytest.raises(facts_json.BadFacts) as wrong:
        facts_json.load(content)
    assert str(wrong.value).startswith(said)


def test_a_text_in_a_file_is_not_repeated_since_it_may_be_a_secret():
    with pytest.raises(facts_json.BadFacts) as wrong:
        facts_json.load(with_value(connected="SharedAccessKey=abc"))
    assert "abc" not in str(wrong.value)


def test_a_fact_of_a_newer_minor_version_is_passed_over_with_a_note():
    content = saved(version="1.9")
    content["facts"]["weather"] = {"value": "rain"}
    loaded = facts_json.load(content)
    assert set(loaded.facts) == {"identity"}
    assert loaded.notes == ("The fact 'weather' is of a newer version, and was passed over.",)


def test_a_field_of_a_newer_version_is_passed_over():
    assert facts_json.load(with_value(colour="red")).facts["identity"].value.device == "pump"


def older(**names):
    """A file of version 1.0: what is saved today, with the older names in place of those of today."""
    facts = {
        "hidden_messages": typed(HiddenMessages({"--component": 2}), NOON),
        "query_selection": typed(QuerySelection("hub", "SELECT *", 1), NOON),
        "key_comparison": typed(KeyComparison("hub", "pump", key_match=KeyMatch.CUT), NOON),
    }
    text = json.dumps(facts_json.dump(facts, "1.0") | {"version": "1.0"})
    for now, before in names.items():
        text = text.replace(f'"{now}":', f'"{before}":')
    return facts, json.loads(text)


OLDER = {"hidden_messages": "census", "query_selection": "picked", "key_match": "likeness"}


def test_the_names_of_an_older_version_are_read():
    facts, content = older(**OLDER)
    assert set(content["facts"]) == {"census", "picked", "key_comparison"}
    assert facts_json.load(content).facts == facts


@pytest.mark.parametrize("names", [{}, OLDER], ids=["today", "older"])
def test_a_value_under_both_names_is_refused_with_its_place(names):
    _, content = older(**names)
    compared = content["facts"]["key_comparison"]["value"]
    compared |= {"key_match": "cut", "likeness": "none"}
    with pytest.raises(facts_json.BadFacts, match=r"^facts\.key_comparison\.value\.\w+: this is the same as '\w+'"):
        facts_json.load(content)


def test_what_is_wrong_with_an_older_name_is_said_of_that_name():
    _, content = older(**OLDER)
    content["facts"]["key_comparison"]["value"]["likeness"] = "odd"
    with pytest.raises(facts_json.BadFacts, match=r"^facts\.key_comparison\.value\.likeness: one of primary"):
        facts_json.load(content)


def test_each_older_name_has_another_name_today():
    assert set(facts_json.OLDER_FACTS.values()) <= set(FACTS) and not set(facts_json.OLDER_FACTS) & set(FACTS)
    for kind, names in facts_json.OLDER_FIELDS.items():
        now = {each.name for each in fields(kind)}
        assert set(names.values()) <= now and not set(names) & now


def test_a_file_says_what_it_is_and_what_it_holds():
    content = facts_json.dump({"now": typed(1.0, NOON), "asked": typed(Asked("hub"), NOON)}, "2.3")
    assert (content["kind"], content["version"], content["tool"]) == ("iotdiag facts", "1.1", "2.3")
    assert "no key" in content["holds"] and list(content["facts"]) == ["asked", "now"]


def test_a_fact_is_written_with_what_is_known_of_it_alone():
    fact = Fact("h", datetime(2026, 11, 30, 14, tzinfo=timezone(timedelta(hours=2))), "hub", seconds=0.12345)
    assert facts_json.dump({"expected_resource": fact}, "1.0")["facts"] == {
        "expected_resource": {
            "value": "h",
            "measured": "2026-11-30T12:00:00Z",
            "source": "hub",
            "place": "here",
            "seconds": 0.123,
        }
    }


@pytest.mark.parametrize(("version", "newer"), [("1.0", False), ("1.1", False), ("1.2", True), ("1.10", True)])
def test_which_version_may_hold_what_is_not_known(version, newer):
    content = saved(version=version)
    content["facts"]["weather"] = {"value": "rain"}
    if newer:
        assert len(facts_json.load(content).notes) == 1
    else:
        with pytest.raises(facts_json.BadFacts, match="there is no such fact"):
            facts_json.load(content)


@pytest.mark.parametrize("version", ["", "1.0.0", "1.", "1.x", "one.0", 1.0])
def test_what_is_no_version(version):
    with pytest.raises(facts_json.BadFacts, match=r"^version: a version such as 1\.0 belongs here"):
        facts_json.load(saved(version=version))


@pytest.mark.parametrize("version", ["0.9", "2.0"])
def test_another_first_number_is_not_read(version):
    with pytest.raises(facts_json.BadFacts, match=f"reads version 1, and the file has version {version}"):
        facts_json.load(saved(version=version))


def test_a_pair_has_two_values():
    content = json.loads(json.dumps(facts_json.dump({"key_comparison": typed(KeyComparison("h", "d"), NOON)}, "1.0")))
    content["facts"]["key_comparison"]["value"]["thumbprints"] = ["A"]
    with pytest.raises(facts_json.BadFacts, match=r"value\.thumbprints: 2 values belong here, and there are 1$"):
        facts_json.load(content)


@pytest.mark.parametrize(("seconds", "read"), [(2, 2.0), (0.5, 0.5)])
def test_a_whole_number_is_a_number_too(seconds, read):
    found = facts_json.load(with_fact(seconds=seconds)).facts["identity"].seconds
    assert (found, type(found)) == (read, float)


def test_a_file_with_a_value_and_a_failure_says_where():
    content = with_fact(failure=facts_json.encode(SILENT, Failure))
    with pytest.raises(facts_json.BadFacts, match=r"^facts\.identity: a fact has a value or a failure, not both$"):
        facts_json.load(content)


def test_what_a_command_was_given_is_facts_of_its_time():
    facts = given_at(1_800_000_000.0, asked=Asked("hub"), identity=SILENT, request=None)
    assert set(facts) == {"now", "asked", "identity"}
    assert {fact.measured for fact in facts.values()} == {datetime(2027, 1, 15, 8, tzinfo=timezone.utc)}
    assert (facts["now"].value, facts["asked"].value) == (1_800_000_000.0, Asked("hub"))
    assert (facts["identity"].value, facts["identity"].failure) == (None, SILENT)
    assert {fact.source for fact in facts.values()} == {"this command"}
