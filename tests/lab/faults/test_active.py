"""The table of faults, and which of them are on."""

from __future__ import annotations

import pytest

from azext_iotdiag.lab.faults.active import FAULTS, ActiveFaults, BadFault, read_parameters
from azext_iotdiag.lab.faults.table import CONNECTION_DROPPED, TOKEN_REFUSED, UNKNOWN_CA
from azext_iotdiag.model.finding import Entry


def test_every_fault_is_named_after_its_key_and_explained():
    for name, fault in FAULTS.items():
        assert fault.name == name
        assert isinstance(fault.entry, Entry) or (fault.entry is None and fault.heals)
        assert fault.title
        assert all(fault.parameters[key] in values for key, values in fault.allowed.items())


def test_start_fills_in_the_defaults():
    faults = ActiveFaults()
    assert faults.start("connection-dropped", {"after": 5}) == {"after": 5, "times": 1}
    assert faults.active() == {"connection-dropped": {"after": 5, "times": 1}}
    assert faults.find(CONNECTION_DROPPED) == {"after": 5, "times": 1}
    assert faults.find(UNKNOWN_CA) is None


@pytest.mark.parametrize(("times", "strikes"), [(1, 1), (3, 3), (0, 10)])
def test_use_counts_down(times, strikes):
    faults = ActiveFaults()
    faults.start("connection-dropped", {"times": times})
    assert [faults.use(CONNECTION_DROPPED) for _ in range(10)] == [number < strikes for number in range(10)]
    assert ("connection-dropped" in faults.active()) == (times == 0)


def test_a_fault_without_times_strikes_until_it_is_mended():
    faults = ActiveFaults()
    faults.start("token-refused")
    assert all(faults.use(TOKEN_REFUSED) for _ in range(5))
    assert faults.end("token-refused") == ["token-refused"]
    assert not faults.use(TOKEN_REFUSED)
    assert faults.end("token-refused") == []


def test_end_ends_all():
    faults = ActiveFaults()
    faults.start("unknown-ca")
    faults.start("server-silent")
    assert sorted(faults.end()) == ["server-silent", "unknown-ca"]
    assert faults.active() == {}


def test_what_is_handed_out_is_a_copy():
    faults = ActiveFaults()
    faults.start("connection-dropped")
    for values in (faults.find(CONNECTION_DROPPED), faults.active()["connection-dropped"]):
        values["times"] = 99
    assert faults.use(CONNECTION_DROPPED) and not faults.use(CONNECTION_DROPPED)


def test_listeners_hear_of_starts_and_ends():
    faults, heard = ActiveFaults(), []

    def listener(fault, on):
        heard.append((fault, on))

    faults.listen(listener)
    faults.start("connection-dropped")
    faults.use(CONNECTION_DROPPED)
    faults.unlisten(listener)
    faults.start("unknown-ca")
    assert heard == [(CONNECTION_DROPPED, True), (CONNECTION_DROPPED, False)]


@pytest.mark.parametrize(
    ("name", "parameters", "message", "advice"),
    [
        ("conection-dropped", {}, "no fault 'conection-dropped'", "Did you mean connection-dropped?"),
        ("dropped", {}, "no fault 'dropped'", "Did you mean device-dropped?"),
        ("zzz", {}, "no fault 'zzz'", "Faults: port-blocked, server-silent, tls-broken, unknown-ca"),
        ("", {}, "no fault ''", "Faults: "),
        ("connection-dropped", {"aftr": 1}, "no parameter 'aftr'", "Did you mean after?"),
        ("unknown-ca", {"after": 1}, "no parameter 'after'", "Its parameters: none."),
        ("http-twins", {"status": 418}, "status is 418", "It may be 401, 404, 429, 500."),
        ("http-queries", {"status": 404}, "status is 404", "It may be 401, 429, 500."),
        ("connection-dropped", {"after": -1}, "after is -1", "whole number"),
        ("connection-dropped", {"after": "3"}, "after is '3'", "whole number"),
        ("connection-dropped", {"after": True}, "after is True", "whole number"),
        ("connection-dropped", {"after": 10**9}, "after is 1000000000", "whole number"),
    ],
)
def test_bad_faults_are_refused_and_change_nothing(name, parameters, message, advice):
    faults = ActiveFaults()
    with pytest.raises(BadFault) as caught:
        faults.start(name, parameters)
    assert message in str(caught.value)
    assert advice in caught.value.advice
    assert faults.active() == {}


def test_ending_an_unknown_fault_is_refused():
    with pytest.raises(BadFault):
        ActiveFaults().end("unknown-cb")


@pytest.mark.parametrize(
    ("words", "expected"),
    [([], {}), (["after=5"], {"after": 5}), (["after=5", "times=0"], {"after": 5, "times": 0}),
     (["after=5,times=2"], {"after": 5, "times": 2}), (["after=5 times=2"], {"after": 5, "times": 2})],
)  # fmt: skip
def test_parameters_are_read(words, expected):
    assert read_parameters("connection-dropped", words) == expected


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["after"], "'after' is not of the form"),
        (["after="], "'after=' is not of the form"),
        (["after=x"], "'after=x' is not of the form"),
        (["after=-1"], "'after=-1' is not of the form"),
        (["after=1.5"], "'after=1.5' is not of the form"),
        (["after=٣"], "is not of the form"),
        (["after=" + "9" * 5000], "is not of the form"),
        (["after=1", "after=2"], "given twice"),
        (["when=1"], "no parameter 'when'"),
    ],
)
def test_bad_parameters_are_refused(words, message):
    with pytest.raises(BadFault) as caught:
        read_parameters("connection-dropped", words)
    assert message in str(caught.value)
    assert caught.value.advice


def test_a_fault_without_parameters_says_so():
    with pytest.raises(BadFault) as caught:
        read_parameters("unknown-ca", ["after"])
    assert caught.value.advice == "The fault unknown-ca takes no parameters."
