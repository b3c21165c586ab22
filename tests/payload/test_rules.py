"""Every rule for values, as rows: a schema, what fits it, and what does not with the code that says so."""

from __future__ import annotations

import math

import pytest

from azext_iotdiag.model.finding import Severity
from azext_iotdiag.payload import Model, ModelError, read_json, read_model
from tests.plugins.rows import all_rows

INTERFACE = {"@context": "dtmi:dtdl:context;4", "@id": "dtmi:example:thing;1", "@type": "Interface", "contents": []}
COLOURS = {"@type": "Enum", "valueSchema": "string", "enumValues": [
    {"name": "r", "enumValue": "red"}, {"name": "g", "enumValue": "green"},
]}  # fmt: skip
MODES = {"@type": "Enum", "valueSchema": "integer", "enumValues": [
    {"name": "off", "enumValue": 0}, {"name": "on", "enumValue": 1},
]}  # fmt: skip
EMPTY_ENUM = {"@type": "Enum", "valueSchema": "integer", "enumValues": []}
PLACE = {"@type": "Object", "fields": [
    {"name": "street", "schema": "string"}, {"name": "number", "schema": "integer"},
]}  # fmt: skip
NEEDS = {"@type": "Object", "fields": [
    {"@type": ["Field", "Required"], "name": "id", "schema": "string"}, {"name": "note", "schema": "string"},
]}  # fmt: skip
NUMBERS = {"@type": "Array", "elementSchema": "double"}
PLACES = {"@type": "Array", "elementSchema": PLACE}
LEVELS = {"@type": "Map", "mapKey": {"name": "k", "schema": "string"}, "mapValue": {"name": "v", "schema": "integer"}}
POINT, LINE = '{"type":"Point","coordinates":[1,2]}', '{"type":"LineString","coordinates":[[1,2],[3,4]]}'
RING = "[[0,0],[4,0],[4,4],[0,0]]"
NINES = "9" * 40

FITS: list[tuple[object, list[str]]] = [
    ("boolean", ["true", "false"]),
    ("integer", ["3", "-0", "0", "2147483647", "-2147483648"]),
    ("long", ["9223372036854775807", "-9223372036854775808", "-0"]),
    ("byte", ["127", "-128"]),
    ("short", ["32767", "-32768"]),
    ("unsignedByte", ["0", "255"]),
    ("unsignedShort", ["65535"]),
    ("unsignedInteger", ["4294967295"]),
    ("unsignedLong", ["18446744073709551615"]),
    ("double", ["3", "-0", "3.14", "1.79769313486231E+308", "-1.79769313486231E+308", "1e-400", NINES]),
    ("float", ["3", "3.402823E+38", "-3.402823E+38", "16777217"]),
    ("string", ['""', '"1"', '"C:\\\\new"', '"°"']),
    ("date", ['"1964-02-29"', '"2000-02-29"', '"0001-01-01"', '"9999-12-31"']),
    ("dateTime", [
        '"1980-01-01T06:00:00.00015Z"', '"1980-01-01T06:00:00-00:00"', '"1980-01-01T23:59:59+11:45"',
        '"2024-02-29T00:00:00Z"', '"0001-01-01T00:00:00+14:00"', '"9999-12-31T23:59:59Z"',
        '"9999-12-31T23:59:59.9999999Z"', '"9999-12-31T23:59:59+14:00"', '"9999-12-31T09:59:59-14:00"',
        '"2020-01-01T00:00:00.123456789012345678Z"', '"2020-01-01T00:00:00-14:00"', '"1582-10-10T00:00:00Z"',
    ]),
    ("time", ['"06:00:00+11:45"', '"00:00:00Z"', '"23:59:59.999Z"', '"06:00:00+14:00"', '"23:59:59-14:00"']),
    ("duration", [
        '"PT0S"', '"P0D"', '"P3W5D"', '"P3.4W"', '"P3W"', '"PT36H"', '"P3Y6M4DT8H9M5.00134S"', '"P1Y"', '"P1.5Y"',
        '"P1M"', '"PT1M"', '"P1DT12H"', '"P3W5.5D"', '"PT1H30.5M"',
        '"P1WT1H"', '"P1W2DT3H"', '"P1WT1.5S"', '"P1W1DT1H30M"', '"P1MT1M"', '"P1Y0M0DT0H0M0S"', '"PT36H"', '"P400D"',
    ]),
    ("bytes", ['""', '"2+1="', '"AAAA"', '"AA=="', '"/+Aa"']),
    ("decimal", ['"0."', f'"{NINES}"', '"-1.50"', '"+3"', '"0"']),
    ("uuid", ['"123e4567-e89b-12d3-a456-426614174000"', '"123E4567-E89B-12D3-A456-426614174000"']),
    ("scaledDecimal", ['{"value":"3.14"}', '{"scale":7,"value":"3.14"}', '{"scale":-2}', "{}"]),
    (COLOURS, ['"red"', '"green"']),
    (MODES, ["0", "1", "-0"]),
    (PLACE, ["{}", '{"street":"x"}', '{"number":1,"street":"x"}']),
    (NEEDS, ['{"id":"x"}', '{"id":"x","note":""}']),
    (NUMBERS, ["[]", "[1,2.5]"]),
    (PLACES, ["[{}]", '[{"number":1},{"street":"x"}]']),
    (LEVELS, ["{}", '{"a b":1,"":2}']),
    ("geopoint", ['{"lat":47.6,"lon":-122.1}', '{"lat":47.6,"lon":-122.1,"alt":12}', '{"lat":90,"lon":180}']),
    ("vector", ['{"x":1,"y":2.5,"z":0}']),
    ("point", [POINT, '{"type":"Point","coordinates":[1,2,3]}', '{"coordinates":[1,2],"type":"Point"}']),
    ("lineString", [LINE]),
    ("polygon", [f'{{"type":"Polygon","coordinates":[{RING}]}}', '{"type":"Polygon","coordinates":[]}']),
    ("multiPoint", ['{"type":"MultiPoint","coordinates":[[1,2]]}', '{"type":"MultiPoint","coordinates":[]}']),
    ("multiLineString", ['{"type":"MultiLineString","coordinates":[[[1,2],[3,4]]]}']),
    ("multiPolygon", [f'{{"type":"MultiPolygon","coordinates":[[{RING}]]}}']),
]  # fmt: skip

DOES_NOT: list[tuple[object, str, list[str]]] = [
    ("boolean", "wrong-type", ['"true"', "1", "0", "{}"]),
    ("integer", "integral-float", ["3.0", "-0.0", "1e2"]),
    ("integer", "wrong-type", ["0.44", '"3"', "true", "[]"]),
    ("integer", "out-of-range", ["2147483648", "-2147483649", "3000000000.0"]),
    ("long", "out-of-range", ["9223372036854775808", "1e30"]),
    ("long", "integral-float", ["0.0"]),
    ("long", "wrong-type", ["3.14"]),
    ("byte", "out-of-range", ["128", "-129"]),
    ("short", "out-of-range", ["32768", "-32769"]),
    ("unsignedByte", "out-of-range", ["-1", "-0", "256"]),
    ("unsignedShort", "out-of-range", ["-1", "-0", "65536"]),
    ("unsignedInteger", "out-of-range", ["-1", "-0", "4294967296"]),
    ("unsignedLong", "out-of-range", ["-1", "-0", "18446744073709551616"]),
    ("unsignedLong", "wrong-type", ["true", '"1"', "1.5"]),
    ("double", "out-of-range", ["1.79769313486233E+308", "-1e400", "9" * 400]),
    ("double", "wrong-type", ['"3.14"', "true"]),
    ("float", "out-of-range", ["3.402824E+38", "-3.402824E+38", NINES]),
    ("float", "wrong-type", ['"3"', "false"]),
    ("string", "wrong-type", ["1", "true", "{}"]),
    ("date", "wrong-format", [
        '"1965-02-29"', '"1900-02-29"', '"0000-01-01"', '"2020-01-01Z"', '"2020-04-31"', '"2020-13-01"', '"x"', '""',
        '"2020-01-01\\n"', '"٢٠٢٠-01-01"', '"2020-01-01T00:00:00Z"', '"20200431"',
    ]),
    ("date", "loose-format", ['"19650101"', '"1965-01"', '"2020"', '"2020-W01-1"', '"2020-001"']),
    ("date", "wrong-type", ["20200101"]),
    ("dateTime", "loose-format", [
        '"1980-01-01T06:00:00"', '"1980-01-01T06:00Z"', '"1980-01-01T06:00:00+11"', '"1980-01-01T24:00:00Z"',
        '"1980-01-01T23:59:60Z"', '"1980-01-01t06:00:00z"', '"1980-01-01 06:00:00Z"', '"19800101T060000Z"',
        '"1980-01-01T06:00:00,5Z"', '"1980-01-01T06:00:00+14:01"', '"1980-01-01T06:00:00-23:59"',
        '"9999-12-31T23:59:59-00:01"', '"9999-12-31T10:00:00-14:00"', '"9999-12-31T23:59:59.99999999Z"',
    ]),
    ("dateTime", "wrong-format", [
        '"1980-01-01T06:00:00-1:15"', '"1980-01-01"', '"1980-01-01T25:00:00Z"', '"1980-01-01T06:60:00Z"',
        '"1980-02-30T06:00:00Z"', '"1981-02-29T06:00:00Z"', '"01/02/1980 06:00"', '"1980-01-01T06:00:00Z\\n"',
        '"1980-01-01T06:00:61Z"', '"now"',
    ]),
    ("time", "loose-format", [
        '"06:00Z"', '"T06:00:00Z"', '"24:00:00Z"', '"00:00:00"', '"06:00:00+11"', '"06:00:00+15:00"',
    ]),
    ("time", "wrong-format", ['"1980-01-01T06:00:00Z"', '"25:00:00Z"', '"6:00"', '"06:00:00-1:15"']),
    ("duration", "wrong-format", [
        '"P"', '"PT"', '"PT.001S"', '"P3.4W5D"', '"P6M3Y"', '"15"', '"P1S"', '"PT1D"', '""', '"P1DT"', '"PT5.S"',
    ]),
    ("duration", "wrong-format", ['"P1.5WT1H"', '"P1W1.5DT1H"', '"P1D2W"', '"PT1S1M"', '"p1d"', '"P-1D"', '" P1D"']),
    ("duration", "loose-format", ['"-P1D"', '"P1Y3W"', '"P1M1W"', '"PT1,5S"', '"P0001-00-00T00:00:00"']),
    ("bytes", "wrong-format", ['"-_A="', '"AAA"', '"A==="', '"AA=A"', '"AAAA\\n"']),
    ("bytes", "wrong-type", ["1"]),
    ("decimal", "wrong-format", ['"00"', '"01"', '"1e5"', '".5"', '""']),
    ("decimal", "wrong-type", ["3.14"]),
    ("uuid", "wrong-format", ['"{123e4567-e89b-12d3-a456-426614174000}"', '"123e4567e89b12d3a456426614174000"']),
    ("scaledDecimal", "wrong-type", ['{"value":3.14}', '"3.14"']),
    ("scaledDecimal", "unmodeled-field", ['{"value":"3.14","unit":"m"}']),
    ("scaledDecimal", "out-of-range", ['{"scale":40000}']),
    (COLOURS, "not-in-enum", ['"blue"', '"r"', '""', '"Red"']),
    (COLOURS, "wrong-type", ["1", "[]"]),
    (MODES, "not-in-enum", ["2", '"on"']),
    (MODES, "integral-float", ["1.0"]),
    (MODES, "wrong-type", ["true", '"1"']),
    (EMPTY_ENUM, "not-in-enum", ["0"]),
    (PLACE, "unmodeled-field", ['{"city":"x"}']),
    (PLACE, "misspelt-name", ['{"Street":"x"}', '{"steet":"x"}']),
    (PLACE, "null-value", ['{"street":null}']),
    (PLACE, "wrong-type", ["[]", '{"number":"1"}']),
    (NEEDS, "missing-field", ["{}", '{"note":"x"}']),
    (NUMBERS, "wrong-type", ["{}", '[1,"2"]', "1"]),
    (NUMBERS, "null-value", ["[null]"]),
    (PLACES, "unmodeled-field", ['[{"city":1}]']),
    (LEVELS, "wrong-type", ['{"a":"1"}', "[]"]),
    (LEVELS, "null-value", ['{"a":null}']),
    ("geopoint", "missing-field", ['{"lat":1}', "{}"]),
    ("geopoint", "misspelt-name", ['{"lat":1,"lon":2,"alz":3}']),
    ("geopoint", "unlikely-position", ['{"lat":999,"lon":0}', '{"lat":0,"lon":181}', '{"lat":-122.1,"lon":47.6}']),
    ("geopoint", "misspelt-name", [
        '{"lat":1,"lng":2}', '{"latitude":1,"longitude":2}', '{"Lat":1,"lon":2}', '{"lat":1,"long":2}',
        '{"lat":1,"lon":2,"altitude":3}',
    ]),
    ("geopoint", "wrong-type", [
        '{"lat":"1","lon":2}', "[1,2]", POINT, '{"type":"Point","coordinates":[]}', '{"coordinates":5}', '"1,2"',
    ]),
    ("vector", "missing-field", ['{"x":1,"y":2}']),
    ("vector", "wrong-type", ['{"x":true,"y":2,"z":3}', "[1,2,3]"]),
    ("point", "wrong-format", [
        LINE.replace("[[1,2],[3,4]]", "[1,2]"), '{"type":"point","coordinates":[1,2]}',
        '{"type":1,"coordinates":[1,2]}',
    ]),
    ("point", "wrong-type", [
        '{"type":"Point","coordinates":["1",2]}', "[1,2]", '{"type":"Point","coordinates":{}}', '{"lat":1,"lon":2}',
    ]),
    ("point", "null-value", ['{"type":"Point","coordinates":null}', '{"type":"Point","coordinates":[1,null]}']),
    ("point", "unmodeled-field", ['{"type":"Point","coordinates":[1,2],"bbox":[1,2,1,2]}']),
    ("point", "unlikely-position", ['{"type":"Point","coordinates":[1,200]}']),
    # What the reference parser takes, and GeoJSON does not.
    ("point", "loose-geometry", [
        '{"type":"Point"}', '{"coordinates":[1,2]}', "{}", '{"type":"Point","coordinates":[]}',
        '{"type":"Point","coordinates":[1]}',
    ]),
    ("lineString", "loose-geometry", [
        '{"type":"LineString","coordinates":[[1,2]]}', '{"type":"LineString","coordinates":[[1,2],[1]]}',
    ]),
    ("lineString", "wrong-type", [
        '{"type":"LineString","coordinates":5}', '{"type":"LineString","coordinates":[1,2]}',
    ]),
    ("polygon", "loose-geometry", [
        '{"type":"Polygon","coordinates":[[[0,0],[1,0],[0,0]]]}', '{"type":"Polygon","coordinates":[[]]}',
        '{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1]]]}',
    ]),
    ("multiPoint", "loose-geometry", ['{"type":"MultiPoint","coordinates":[[1]]}']),
    ("multiLineString", "wrong-type", ['{"type":"MultiLineString","coordinates":[[1,2],[3,4]]}']),
    ("multiPolygon", "wrong-type", [f'{{"type":"MultiPolygon","coordinates":{RING}}}']),
]  # fmt: skip

BEYOND = {"unlikely-position", "loose-geometry"}  # no specification of DTDL forbids these
WARNINGS = {"loose-format", "integral-float"} | BEYOND


@pytest.fixture(scope="module")
def model() -> Model:
    return read_model(INTERFACE)


@all_rows(("schema", "texts"), FITS, ids=lambda each: str(each)[:40])
def test_fits(model: Model, schema: object, texts: list[str]) -> None:
    for text in texts:
        assert model.judge(schema, read_json(text.encode())) == [], text


@all_rows(("schema", "code", "texts"), DOES_NOT, ids=lambda each: str(each)[:40])
def test_does_not_fit(model: Model, schema: object, code: str, texts: list[str]) -> None:
    for text in texts:
        found = model.judge(schema, read_json(text.encode()))
        codes = {each.entry.code for each in found} - ({"wrong-format"} if code == "wrong-type" else set())
        assert codes == {code}, (text, found)
        loose = code in WARNINGS or text == "-0"
        assert {each.severity for each in found} == {Severity.WARN if loose else Severity.FAIL}, text
        assert all(each.message and each.evidence.get("got") != "" for each in found)


@all_rows(("schema", "code", "texts"), DOES_NOT, ids=lambda each: str(each)[:40])
def test_strictly_what_dtdl_forbids_is_an_error(schema: object, code: str, texts: list[str]) -> None:
    strict = read_model(INTERFACE, strict=True)
    for text in texts:
        severity = Severity.WARN if code in BEYOND else Severity.FAIL
        assert {each.severity for each in strict.judge(schema, read_json(text.encode()))} == {severity}, text


@all_rows("schema", [schema for schema, _ in FITS], ids=lambda each: str(each)[:40])
def test_null_fits_nothing(model: Model, schema: object) -> None:
    (found,) = model.judge(schema, None)
    assert found.entry.code == "null-value"


@pytest.mark.parametrize(("schema", "text", "path"), [
    (PLACES, '[{},{"number":"1"}]', "$[1].number"),
    (LEVELS, '{"a b":"x"}', "$['a b']"),
    (LEVELS, '{"it\'s":"x"}', "$['it\\'s']"),
    ("polygon", '{"type":"Polygon","coordinates":[[[0,0],[4,0],["x",4],[0,0]]]}', "$.coordinates[0][2][0]"),
    ("integer", "true", "$"),
])  # fmt: skip
def test_the_path_leads_to_the_fault(model: Model, schema: object, text: str, path: str) -> None:
    assert [each.path for each in model.judge(schema, read_json(text.encode()))] == [path]


@pytest.mark.parametrize(("schema", "text", "words"), [
    ("double", '"21.5"', "quoted number, send 21.5 without quotes"),
    ("boolean", '"TRUE"', "quoted, send true without quotes"),
    ("boolean", "1", "send true"),
    ("string", "12", "send it in quotes"),
    ("integer", "3.0", "send 3, without a point"),
    ("double", '{"value":1}', "send the value itself"),
    (MODES, '"on"', "on is the name of the value 1"),
    (COLOURS, '"gren"', 'is "green" meant?'),
    ("dateTime", '"2020-01-01T00:00:00"', "the offset from UTC is missing"),
    ("dateTime", '"2020-01-01T24:00:00Z"', "midnight is 00:00:00 of the next day"),
    ("geopoint", '{"lat":-122.1,"lon":47.6}', "are the two exchanged?"),
    (PLACE, '{"Number":1}', "it differs from number in the case of letters"),
    ("double", "1e999", "a number beyond all that fits into 64 bits"),
    ("string", "[1,2]", "an array of 2"),
    ("dateTime", "1790000000", "as seconds since 1970 it is 2026-09-21T14:13:20Z, send that as a text"),
    ("dateTime", "1790000000123", "as milliseconds since 1970 it is 2026-09-21T14:13:20Z"),
    ("dateTime", '"1790000000"', "as seconds since 1970 it is 2026-09-21T14:13:20Z"),
    ("dateTime", "1790000000000000", "as microseconds since 1970 it is 2026-09-21T14:13:20Z"),
    ("dateTime", "1790000000000000000", "as nanoseconds since 1970 it is 2026-09-21T14:13:20Z"),
    ("dateTime", "1790000000.5", "as seconds since 1970 it is 2026-09-21T14:13:20Z"),
    ("dateTime", '"2020-01-01T00:00:00+15:00"', "an offset from UTC is at most 14:00"),
    ("dateTime", '"9999-12-31T23:59:59-01:00"', "this is after the year 9999 in UTC"),
    ("date", "1790000000", "as seconds since 1970 it is 2026-09-21, send that as a text"),
    ("date", "20261120", 'send "2026-11-20"'),
    ("duration", "90", '90 seconds are "PT90S"'),
    ("geopoint", '{"lat":47.1,"lng":8.2}', "is lon meant?"),
    ("geopoint", '{"type":"Point","coordinates":[8.2,47.1]}', 'this is GeoJSON, send {"lat": 47.1, "lon": 8.2}'),
    ("geopoint", '{"type":"Polygon","coordinates":[[[0,0]]]}', "this is GeoJSON, send lat and lon as two fields"),
    ("geopoint", "[47.1,8.2]", "send latitude and longitude as two fields"),
    (NEEDS, '{"Id":"x"}', "it differs from id in the case of letters"),
    ("point", '{"lat":1,"lon":2}', "this is a geopoint of IoT Central"),
    ("decimal", "3.14", "send it in quotes"),
])  # fmt: skip
def test_what_to_do_is_said(model: Model, schema: object, text: str, words: str) -> None:
    (found,) = model.judge(schema, read_json(text.encode()))
    assert words in found.message


@pytest.mark.parametrize(("schema", "text", "words"), [
    ("dateTime", "5", "quotes"), ("dateTime", "1790000000", "quotes"), ("time", "5", "quotes"),
    ("uuid", "5", "quotes"), ("bytes", "5", "quotes"), ("dateTime", "5", "1970"), ("dateTime", "true", "1970"),
    ("duration", '"P0001-00-00T00:00:00"', "offset"), ("duration", "-5", "PT"),
])  # fmt: skip
def test_no_advice_is_given_that_would_be_wrong_still(model: Model, schema: object, text: str, words: str) -> None:
    (found,) = model.judge(schema, read_json(text.encode()))
    assert words not in found.message.partition(", got ")[2]


@pytest.mark.parametrize("term", ["date", "dateTime", "time", "duration", "uuid", "bytes", "decimal", "string"])
@pytest.mark.parametrize("value", [10**400, -(10**400), float("inf"), float("-inf"), float("nan"), 10**19, 1e300, -1.5])
def test_numbers_in_place_of_a_text_however_large(model: Model, term: str, value: float) -> None:
    assert [each.entry.code for each in model.judge(term, value)] == ["wrong-type"]


@pytest.mark.parametrize("term", [
    "dtmi:dtdl:instance:Schema:double;2", "dtmi:standard:schema:geospatial:point;3", "dtmi:standard:schema:point;3",
    "dtmi:iotcentral:schema:geopoint;2",
])  # fmt: skip
def test_standard_schemas_go_by_their_identifiers(model: Model, term: str) -> None:
    assert [each.entry.code for each in model.judge(term, True)] == ["wrong-type"]


@pytest.mark.parametrize("schema", ["no-such-schema", "Double", {}, {"@type": "Thing"}, 5, None, []])
def test_no_schema(model: Model, schema: object) -> None:
    with pytest.raises(ModelError):
        model.judge(schema, 1)


# The edges of the globe, and just beyond: longitude and latitude.
GLOBE = [
    (180, 90, True), (-180, -90, True), (0, 0, True), (180.1, 0, False), (-180.1, 0, False), (0, 90.1, False),
    (0, -90.1, False), (100, 91, False),
]  # fmt: skip


@pytest.mark.parametrize(("longitude", "latitude", "fits"), GLOBE)
def test_the_edges_of_the_globe(model: Model, longitude: float, latitude: float, fits: bool) -> None:
    for schema, value in (
        ("geopoint", {"lat": latitude, "lon": longitude}),
        ("geopoint", {"lat": latitude, "lon": longitude, "alt": 500}),
        ("point", {"type": "Point", "coordinates": [longitude, latitude]}),
        ("point", {"type": "Point", "coordinates": [longitude, latitude, 500]}),
    ):
        assert [each.entry.code for each in model.judge(schema, value)] == ([] if fits else ["unlikely-position"])


@pytest.mark.parametrize(("longitude", "latitude", "asked"), [
    (47.6, -122.1, True), (90, 180, True), (-90, -180, True), (0, 181, False), (91, 91, False),
])  # fmt: skip
def test_it_is_asked_whether_both_are_exchanged(model: Model, longitude: float, latitude: float, asked: bool) -> None:
    """Where the other way round they would be a place."""
    (found,) = model.judge("geopoint", {"lat": latitude, "lon": longitude})
    assert ("are the two exchanged?" in found.message) is asked


# The least and the greatest of each term. https://azure.github.io/opendigitaltwins-dtdl/DTDL/v4/DTDL.v4.html
WHOLE = {
    "byte": (-128, 127), "short": (-32_768, 32_767), "integer": (-2_147_483_648, 2_147_483_647),
    "long": (-9_223_372_036_854_775_808, 9_223_372_036_854_775_807), "unsignedByte": (0, 255),
    "unsignedShort": (0, 65_535), "unsignedInteger": (0, 4_294_967_295),
    "unsignedLong": (0, 18_446_744_073_709_551_615),
}  # fmt: skip


@pytest.mark.parametrize("term", WHOLE)
def test_the_edges_of_whole_numbers(model: Model, term: str) -> None:
    least, greatest = WHOLE[term]
    for value in (least, greatest):
        assert model.judge(term, value) == []
    for value in (least - 1, greatest + 1):
        assert [each.severity.value for each in model.judge(term, value)] == ["fail"], value


@pytest.mark.parametrize("term", WHOLE)
def test_a_whole_number_that_is_written_with_a_point_fits_up_to_the_edges(model: Model, term: str) -> None:
    least, greatest = WHOLE[term]
    inside = [float(least), float(greatest) if float(greatest) <= greatest else float(greatest // 2)]
    for value in inside:
        assert [each.entry.code for each in model.judge(term, value)] == ["integral-float"], value
    for value in (2.0 * least - 2, 2.0 * greatest + 2):
        assert [each.entry.code for each in model.judge(term, value)] == ["out-of-range"], value


# The first number that rounds to no finite one. IEEE 754, 4.3.1.
@pytest.mark.parametrize(("term", "limit"), [("float", 2**128 - 2**103), ("double", 2**1024 - 2**970)])
def test_the_edges_of_floating_point_numbers(model: Model, term: str, limit: int) -> None:
    bits = {"float": 32, "double": 64}[term]
    for sign in (1, -1):
        assert model.judge(term, sign * (limit - 1)) == []
        (found,) = model.judge(term, sign * limit)
        assert found.entry.code == "out-of-range" and f"{bits} bits" in found.message
    assert (model.judge("float", math.nextafter(float(2**128 - 2**103), 0)) == []) and model.judge("float", 3.5e38)
