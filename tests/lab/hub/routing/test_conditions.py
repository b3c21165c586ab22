"""The language of conditions, held against what its documentation says."""

from __future__ import annotations

import json

import pytest

from azext_iotdiag.lab.hub.query.conditions import UNDEFINED
from azext_iotdiag.lab.hub.query.tokens import ParseError
from azext_iotdiag.lab.hub.routing.conditions import compiled
from azext_iotdiag.lab.hub.routing.message import Sent, seen, why_no_body

BODY = {"Weather": {
    "Temperature": 50, "PrevTemperatures": [20, 30, 40], "IsEnabled": True, "Nothing": None, "1st": 1,
    "Location": {"Street": "One Microsoft Way", "State": "WA"}, "HistoricalData": [{"Month": "Feb", "Temperature": 40}],
}}  # fmt: skip
TWIN = {
    "tags": {"deploymentLocation": {"building": "43", "floor": 1}},
    "properties": {"desired": {"telemetryConfig": {"sendFrequency": "5m"}}, "reported": {"batteryLevel": 55}},
}
JSON = {"content-type": "application/json", "content-encoding": "UTF-8"}


def sent(body=BODY, *, system=None, properties=None, encoding="utf-8"):
    marks = {"iothub-connection-device-id": "pump-1", "iothub-enqueuedtime": 1_700_000_000_000, "dt-subject": "motor",
             "dt-dataschema": "dtmi:a;1", "iothub-message-source": "Telemetry"}  # fmt: skip
    own = {"processingPath": "hot", "severity": "3", "a-b": "x", "$odd": "own"}
    data = body if isinstance(body, bytes) else json.dumps(body).encode(encoding)
    return Sent(
        data, {**(JSON if system is None else system), **marks}, own if properties is None else properties, TWIN
    )


def evaluated(text, message=None):
    return compiled(text)(seen(message or sent()))


@pytest.mark.parametrize("text", [
    # The documentation's own examples.
    "$contentEncoding = 'UTF-8'",
    "processingPath = 'hot'",
    "$contentEncoding = 'UTF-8' AND processingPath = 'hot'",
    "$body.Weather.HistoricalData[0].Month = 'Feb'",
    "$body.Weather.Temperature = 50 AND $body.Weather.IsEnabled",
    "length($body.Weather.Location.State) = 2",
    "$body.Weather.Temperature = 50 AND processingPath = 'hot'",
    "is_defined($body.Weather.Temperature)",
    "$twin.properties.desired.telemetryConfig.sendFrequency = '5m'",
    "$body.Weather.Temperature = 50 AND $twin.properties.desired.telemetryConfig.sendFrequency = '5m'",
    "$twin.tags.deploymentLocation.floor = 1",
    "$connectionDeviceId = 'pump-1'",
    "as_number(severity) <= 3",
    # Its rules.
    "true", "NOT false", "1 < 2 OR false",
    "PROCESSINGPATH = 'hot'", "$BODY.weather.TEMPERATURE > 49", "$contenttype = 'application/json'",
    "$dt-subject = 'motor'", "$dt-dataschema = 'dtmi:a;1'", "$iothub-connection-device-id = 'pump-1'",
    "$iothub-message-source = 'Telemetry'", "STARTS_WITH($enqueuedTime, '2023-11-14T')",
    "a-b = 'x'", "$odd = 'own'", "$body.Weather.Temperature - 1 = 49", "$body.Weather.Temperature-1 = 49",
    "$body.Weather.PrevTemperatures[2] = 40", "$body.Weather.Location.State IN ['OR', 'WA']",
    "ABS(0 - 2) = 2", "POWER(2, 3) = 8", "SQUARE(3) = 9", "CEILING(1.2) = 2", "FLOOR(1.8) = 1", "SIGN(0 - 7) = -1",
    "SQRT(9) = 3", "EXP(0) = 1", "IS_ARRAY($body.Weather.PrevTemperatures)", "IS_BOOL($body.Weather.IsEnabled)",
    "IS_NULL($body.Weather.Nothing)", "IS_NUMBER($body.Weather.Temperature)", "IS_OBJECT($body.Weather.Location)",
    "IS_PRIMITIVE(severity)", "IS_STRING(severity)", "NOT IS_DEFINED($body.Weather.Rain)",
    "CONCAT('a', 'b', 'c') = 'abc'", "LOWER('Ä') = 'ä'", "UPPER('ä') = 'Ä'", "SUBSTRING('abcd', 1) = 'bcd'",
    "SUBSTRING('abcd', 1, 2) = 'bc'", "INDEX_OF('abcd', 'cd') = 2", "INDEX_OF('abcd', 'x') = -1",
    "ENDS_WITH(processingPath, 'ot')", "CONTAINS(processingPath, 'o')",
])  # fmt: skip
def test_true(text):
    assert evaluated(text) is True


@pytest.mark.parametrize("text", [
    "processingPath = 'Hot'", "severity = 3", "$body.Weather.IsEnabled = 'true'", "1=2", "false",
    "IS_NULL($body.Weather.Rain)", "IS_DEFINED($odder)",
])  # fmt: skip
def test_false(text):
    assert evaluated(text) is False


@pytest.mark.parametrize("text", [
    "$body.Weather.Rain = 1", "$body[0] = 'Feb'", "$body = 1", "unknown = 'x'", "$twin.tags.nothing = 1",
    "$body.Weather.PrevTemperatures[9] > 1", "LENGTH($body.Weather.Temperature) = 2", "AS_NUMBER(processingPath) = 1",
    "SQRT(0 - 1) = 1", "SUBSTRING('a', 'b') = 'a'", "POWER(10, 400) > 1", "EXP(1000) > 1",
])  # fmt: skip
def test_undefined(text):
    assert evaluated(text) is UNDEFINED


@pytest.mark.parametrize(("text", "column", "what"), [
    ("processingPath == 'hot'", 16, "Unexpected input '='"),
    ("$body.Weather.Temperature > ", 28, "end of query"),
    ("NOPE(1)", 0, "no function of this name"),
    ("ABS(1, 2)", 8, "ABS takes 1 values"),
    ("tags.x = 1", 0, "only $body and $twin have parts"),
    ("a = 1 b", 6, "expecting the end of the condition"),
    ("$body.x['a'] = 1", 8, "expecting the number of an element"),
    ("", 0, "end of query"),
    ("(" * 60 + "true" + ")" * 60, 51, "nested deeper"),
    ("a = '" + "x" * 9000 + "'", 0, "at most 8192 characters"),
])  # fmt: skip
def test_what_is_no_condition(text, column, what):
    with pytest.raises(ParseError) as caught:
        compiled(text)
    assert (caught.value.line, caught.value.column) == (1, column) and what in caught.value.what


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_bodies_in_the_encodings_that_are_taken(encoding):
    message = sent(system={"content-type": "application/JSON; charset=x", "content-encoding": encoding.upper()},
                   encoding=encoding)  # fmt: skip
    assert evaluated("$body.Weather.Temperature = 50", message) is True and why_no_body(message) == ""


@pytest.mark.parametrize(("system", "body", "why"), [
    ({}, BODY, "no contentType"),
    ({"content-type": "application/json"}, BODY, "contentEncoding is ''"),
    ({"content-encoding": "utf-8"}, BODY, "no contentType"),
    ({"content-type": "text/plain", "content-encoding": "utf-8"}, BODY, "'text/plain'"),
    ({"content-type": "application/json", "content-encoding": "latin-1"}, BODY, "'latin-1'"),
    (JSON, b"{", "no JSON"), (JSON, b"\xff", "no JSON"), (JSON, b"", "no JSON"),
])  # fmt: skip
def test_bodies_that_conditions_cannot_see(system, body, why):
    message = sent(body, system=system)
    assert evaluated("$body.Weather.Temperature = 50", message) is UNDEFINED
    assert evaluated("processingPath = 'hot'", message) is True
    assert why in why_no_body(message)
