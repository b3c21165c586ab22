"""Models of several documents, and corners of single ones: what `models` and `mutations` do not reach.

A case is the text of a JSON document, so that numbers can be written in all forms. A text between two section
signs becomes what is between them, without quotes.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from typing import Any

Node = dict[str, Any]
Case = tuple[str, str]
_RAW = re.compile(r'"§(.*?)§"')
_EXTENSION = "dtmi:dtdl:extension:"
_PLAIN = ("boolean", "date", "dateTime", "double", "duration", "float", "integer", "long", "string", "time")
_LATER = ("byte", "bytes", "decimal", "short", "unsignedByte", "unsignedInteger", "unsignedLong", "unsignedShort",
          "uuid", "scaledDecimal")  # fmt: skip
_GEOMETRIES = ("point", "multiPoint", "lineString", "multiLineString", "polygon", "multiPolygon")
_NUMBERS = ("§1§", "§0§", "§-0§", "§-1§", "§1.0§", "§1.5§", "§1e0§", "§10e-1§", "§1E2§", "§500§", "§501§", "§0.0§",
            "§2147483647§", "§2147483648§", "§-2147483648§", "§-2147483649§", "§1e400§", "§1e9§", "§1e10§")  # fmt: skip
_LANGUAGES = ("en", "EN", "en-US", "en-us", "en_US", "zh-Hans", "zh-Hans-CN", "zh-hans", "es-419", "x", "", "deu",
              "engl", "englis", "de-1996", "sr-Latn", "de-DE-1996", "en-USA", "e1", "en ", "@none", "und")  # fmt: skip


def text_of(model: Any) -> str:
    """The JSON text of a model, with what is raw in it."""
    return _RAW.sub(lambda found: found[1], json.dumps(model, ensure_ascii=False))


def cases(count: int, dice: random.Random) -> list[Case]:
    """So many models, each with the name of its kind."""
    makers = list(KINDS)
    return [(make.__name__.strip("_"), text_of(make(dice))) for make in (dice.choice(makers) for _ in range(count))]


def context(version: int, *extensions: str) -> Any:
    """The @context of a version with extensions."""
    core = f"dtmi:dtdl:context;{version}"
    return [core, *extensions] if extensions else core


def interface(version: int, identifier: str, *contents: Any, **rest: Any) -> Node:
    """An interface with these contents."""
    made: Node = {"@context": context(version), "@id": identifier, "@type": "Interface"}
    return made | ({"contents": list(contents)} if contents else {}) | rest


def telemetry(name: str, schema: Any = "double", **rest: Any) -> Node:
    """A Telemetry."""
    return {"@type": "Telemetry", "name": name, "schema": schema} | rest


def item(name: str, schema: Any = "double", **rest: Any) -> Node:
    """What has a name and a schema: a field, the value of a map, the request of a command."""
    return {"name": name, "schema": schema} | rest


def record(*fields: Node, **rest: Any) -> Node:
    """An Object."""
    return {"@type": "Object", "fields": list(fields) or [item("a")]} | rest


def mapping(schema: Any, **rest: Any) -> Node:
    """A Map."""
    return {"@type": "Map", "mapKey": item("k", "string"), "mapValue": item("v", schema)} | rest


def listed(kind: str, *values: Any, **rest: Any) -> Node:
    """An Enum."""
    named = [{"name": f"e{number}", "enumValue": value} for number, value in enumerate(values)]
    return {"@type": "Enum", "valueSchema": kind, "enumValues": named} | rest


def _graph(dice: random.Random) -> Any:
    """Interfaces that inherit from each other, have each other as components, and use each other's parts."""
    version = dice.choice((2, 3, 4))
    count = dice.randint(2, 6)
    ids = [f"dtmi:g:i{number};{dice.choice((1, 1, 2))}" for number in range(count)]
    schemas = {each: f"{each.partition(';')[0]}:s;1" for each in ids}
    made = []
    for number, own in enumerate(ids):
        mixed = dice.choice((2, 3, 4)) if dice.random() < 0.12 else version
        node = interface(mixed, own)
        below = ids[number + 1 :] if dice.random() < 0.95 else ids
        node["contents"] = [_content(dice, number, below, schemas, own) for _ in range(dice.choice((0, 1, 1, 2, 3)))]
        if dice.random() < 0.6:
            node["schemas"] = [dice.choice((record(), listed("integer", 1))) | {"@id": schemas[own]}]
        if below and dice.random() < 0.6:
            node["extends"] = _parents(dice, below, version, number)
        made.append(node)
    if dice.random() < 0.3:
        dice.shuffle(made)
    if dice.random() < 0.08:
        made.pop(dice.randrange(count))
    return made


def _parents(dice: random.Random, below: list[str], version: int, number: int) -> Any:
    some = dice.sample(below, min(len(below), dice.choice((1, 1, 1, 2, 2, 3))))
    inline = interface(version, f"dtmi:g:inline{number};1", telemetry(f"n{dice.randint(0, 9)}"))
    if dice.random() < 0.5:
        del inline["@context"]
    return dice.choice((some, some, some[0], [*some, inline], inline, [some[0], some[0]], [some]))


def _content(dice: random.Random, number: int, below: list[str], schemas: dict[str, str], own: str) -> Any:
    name = dice.choice((f"n{number}x{dice.randint(0, 5)}", f"n{number}x{dice.randint(0, 5)}", f"n{dice.randint(0, 9)}"))
    other = dice.choice(below) if below else own
    inside = interface(2, f"dtmi:g:c{number}x{dice.randint(0, 99)};1", telemetry("t"))
    del inside["@context"]
    schema = dice.choice((schemas[own], schemas[own], schemas[other], "double", other, "dtmi:g:not;1"))
    return dice.choice((
        telemetry(name), telemetry(name, schema), telemetry(name, record(item("f", schema))),
        {"@type": "Property", "name": name, "schema": schema},
        {"@type": "Component", "name": name, "schema": dice.choice((other, other, other, inside, schemas[own], own))},
        {"@type": "Component", "name": name, "schema": other},
        {"@type": "Relationship", "name": name, "target": dice.choice((other, "dtmi:no:where;1", schemas[own], [other],
                                                                       {"@id": other}, "double", "urn:x:y"))},
        {"@type": "Command", "name": name, "request": item("q", schema), "response": item("r", schema)},
    ))  # fmt: skip


def _chain(dice: random.Random) -> Any:
    """Chains of interfaces, by inheritance and components, with lengths near the limits."""
    version = dice.choice((2, 3, 4))
    length = dice.choice((1, 2, 8, 9, 10, 11, 12, 13, 14))
    made = [
        interface(version, f"dtmi:c:n{number};1", telemetry(f"t{number}"), extends=f"dtmi:c:n{number + 1};1")
        for number in range(length)
    ]
    made.append(interface(version, f"dtmi:c:n{length};1", telemetry(dice.choice(("last", "last", "t0", "T0")))))
    way = dice.choice(("none", "component", "twice", "loop", "wide", "inline"))
    if way == "component":
        part = {"@type": "Component", "name": "part", "schema": f"dtmi:c:n{dice.randint(0, length)};1"}
        made.append(interface(version, "dtmi:c:top;1", part))
        if dice.random() < 0.5:
            made[-2]["contents"].append({"@type": "Component", "name": "deep", "schema": "dtmi:c:leaf;1"})
            made.append(interface(version, "dtmi:c:leaf;1"))
    elif way == "twice":
        made[0]["extends"] = [made[0]["extends"], f"dtmi:c:n{length};1"]
    elif way == "loop":
        made[-1]["extends"] = [f"dtmi:c:n{dice.randint(0, length)};1"]
    elif way == "wide":
        made[0]["extends"] = [f"dtmi:c:n{number};1" for number in range(1, min(length, dice.choice((2, 3))) + 1)]
    elif way == "inline":
        inner: Any = interface(version, "dtmi:c:deepest;1")
        for level in range(dice.choice((8, 9, 10, 11, 12, 13))):
            inner = interface(version, f"dtmi:c:in{level};1", extends=[inner])
        return inner
    dice.shuffle(made)
    return made


def _many(dice: random.Random) -> Any:
    """As many parts as a version allows, or one more, also with those that are inherited."""
    version = dice.choice((2, 3, 4))
    near = dice.choice((-1, 0, 1))
    what = dice.choice(("contents", "inherited", "fields", "values", "properties", "parents", "name", "shown", "id",
                        "part", "digits"))  # fmt: skip
    if what == "contents":
        return interface(version, "dtmi:m:a;1", *({"@type": "Command", "name": f"c{n}"} for n in range(300 + near)))
    if what == "inherited":
        own = [{"@type": "Command", "name": f"c{n}"} for n in range(150 + near)]
        base = [{"@type": "Command", "name": f"b{n}"} for n in range(150)]
        parent = interface(version, "dtmi:m:b;1", *base)
        return [interface(version, "dtmi:m:a;1", *own, extends="dtmi:m:b;1"), parent]
    if what == "parents" and version > 2:
        return [
            interface(version, "dtmi:m:a;1", extends=[f"dtmi:m:p{n};1" for n in range(1024 + near)]),
            *(interface(version, f"dtmi:m:p{n};1") for n in range(1024 + near)),
        ]
    return interface(version, *_large(dice, what, near, version))


def _large(dice: random.Random, what: str, near: int, version: int) -> tuple[Any, ...]:
    own = "dtmi:m:a;1"
    if what == "fields":
        return own, telemetry("t", record(*(item(f"f{n}") for n in range(30 + near))))
    if what == "values":
        return own, telemetry("t", listed("integer", *range(100 + near)))
    if what == "properties":
        inner = [{"@type": "Property"} | item(f"p{n}") for n in range(300 + near)]
        return own, {"@type": "Relationship", "name": "r", "properties": inner}
    long = (64 if version == 2 else 512) + near
    if what == "name":
        place: Callable[[str], Any] = dice.choice((
            telemetry, lambda name: telemetry("t", record(item(name))), lambda name: telemetry("t", mapping("double",
            mapKey=item(name, "string"))), lambda name: telemetry("t", listed("integer", 1, enumValues=[{"name": name,
            "enumValue": 1}])), lambda name: {"@type": "Command", "name": "c", "request": item(name)},
        ))  # fmt: skip
        return own, place(dice.choice(("n", "N_")) + "m" * (long - 2) + "x")
    if what == "shown":
        mark = dice.choice(("x", "ä", "€", "😀"))
        key = dice.choice(("displayName", "description", "comment"))
        most = 64 if version == 2 and key == "displayName" else 512
        text = mark * ((most + near) // (2 if mark == "😀" else 1)) + "x" * (mark == "😀" and near == 1)
        return own, telemetry("t") | {key: dice.choice((text, {"en": text}) if key != "comment" else (text,))}
    if what == "part":
        long = dice.choice((2048, 512)) + near
        return own, telemetry("t") | {"@id": "dtmi:" + "p" * (long - 7) + ";1"}
    if what == "digits":
        return (f"dtmi:m:a;{'1' * (9 + near)}{dice.choice(('', '.1', '.' + '1' * (6 + near), '.0', '.01'))}",)
    return ("dtmi:" + "i" * (dice.choice((128, 256)) + near - 7) + ";1",)


def _depth(dice: random.Random) -> Any:
    """Schemas inside each other, in place and by reference, near the limits; and schemas that hold themselves."""
    version = dice.choice((2, 3, 4))
    schema: Any = dice.choice(("double", "double", "double", *_GEOMETRIES, "dtmi:d:s0;1", "dtmi:d:s1;1", "dtmi:d:s2;1"))
    named = []
    for level in range(dice.randint(1, 9)):
        wrap = dice.choice((
            lambda inner: {"@type": "Array", "elementSchema": inner}, lambda inner: record(item("f", inner)), mapping,
        ))  # fmt: skip
        schema = wrap(schema)
        if dice.random() < 0.4:
            schema = schema | {"@id": f"dtmi:d:s{level};1"}
            if dice.random() < 0.7:
                named.append(schema)
                schema = schema["@id"]
    place = dice.choice((
        lambda s: telemetry("t", s), lambda s: {"@type": "Property", "name": "p", "schema": s},
        lambda s: {"@type": "Command", "name": "c", "request": item("q", s)},
        lambda s: {"@type": "Relationship", "name": "r", "properties": [{"@type": "Property", "name": "p",
        "schema": s}]},
    ))  # fmt: skip
    made = interface(version, "dtmi:d:a;1", place(schema))
    if version == 4 and dice.random() < 0.3:
        made["@context"] = context(4) if dice.random() < 0.3 else ["dtmi:dtdl:context;4#limitless",
                                                                   "dtmi:dtdl:limits:onvif;1"]  # fmt: skip
    return made | ({"schemas": named} if named else {})


def _value_of(dice: random.Random, key: str) -> Any:
    """A value for a key, of its own form or of another."""
    texts = ("", "x", "A b", "ä", "a_", "_a", "1a", "a.b", "x" * 64, "x" * 65, "x" * 512, "x" * 513, "\u0000", "a\nb")
    wrapped = [
        {"@value": each, **({"@type": kind} if kind else {})}
        for each, kind in (
            ("x", ""), ("x", "xsd:string"), ("x", ["xsd:string"]), ("x", "xsd:integer"), ("§1§", "xsd:integer"),
            ("§1.0§", "xsd:integer"), ("§1§", "xsd:int"), ("§true§", "xsd:boolean"), ("§true§", "xsd:string"),
            ("§1§", "http://www.w3.org/2001/XMLSchema#integer"), ("1", "xsd:integer"), ("true", "xsd:boolean"),
            ("§null§", ""), (["x"], ""), ({}, ""), ("§1§", "xsd:long"), ("x", "string"), ("x", ""), ("§1§", ""),
        )
    ]  # fmt: skip
    by_language = {dice.choice(_LANGUAGES): dice.choice(texts) for _ in range(dice.choice((0, 1, 1, 2)))}
    spoken = {"@value": dice.choice(texts), "@language": dice.choice((*_LANGUAGES, "§1§", "§null§"))}
    several = [dice.choice((by_language, spoken, dice.choice(texts))) for _ in range(dice.choice((1, 2, 2)))]
    if key in ("displayName", "description", "comment") and dice.random() < 0.7:
        return dice.choice((dice.choice(texts), by_language, by_language, spoken, several, several, [by_language]))
    numbers = dice.choice((*_NUMBERS, [dice.choice(_NUMBERS)], [dice.choice(_NUMBERS)] * 2))
    if key in ("maxMultiplicity", "minMultiplicity", "enumValue") and dice.random() < 0.6:
        return dice.choice((numbers, dice.choice(wrapped)))
    if key in ("writable", "nullable") and dice.random() < 0.5:
        return dice.choice((True, False, "true", [True], [[True]], [True, False], "§null§", *wrapped))
    return dice.choice((*texts, numbers, dice.choice(wrapped), spoken, by_language, True, [], {}, [[]], "§null§"))


_KEYS = ("name", "displayName", "description", "comment", "writable", "schema", "maxMultiplicity", "minMultiplicity",
         "target", "enumValue", "nullable", "properties", "request", "fields", "unit")  # fmt: skip


def _value(dice: random.Random) -> Any:
    """One key of one element, with a value of any form."""
    version = dice.choice((2, 3, 4))
    change = {dice.choice(_KEYS[:10]): None}
    elements: list[tuple[Node, tuple[str, ...], Callable[[Node], Any]]] = [
        (telemetry("t"), ("name", "schema"), lambda each: each),
        ({"@type": "Property"} | item("p"), ("name", "writable"), lambda each: each),
        ({"@type": "Relationship", "name": "r"}, ("maxMultiplicity", "minMultiplicity", "target", "writable",
        "properties"),
         lambda each: each),
        ({"@type": "Command", "name": "c"}, ("request", "commandType", "name"), lambda each: each),
        (item("q"), ("nullable", "name"), lambda each: {"@type": "Command", "name": "c", "request": each}),
        (item("q"), ("nullable", "name"), lambda each: {"@type": "Command", "name": "c", "response": each}),
        ({"name": "e", "enumValue": 1}, ("enumValue", "name"), lambda each: telemetry("t", listed("integer", 7) | {
            "enumValues": [{"name": "e7", "enumValue": 7}, each]})),
        ({"name": "e", "enumValue": "one"}, ("enumValue", "name"), lambda each: telemetry("t", listed("string", "x") | {
            "enumValues": [{"name": "e7", "enumValue": "x"}, each]})),
        (item("f"), ("name",), lambda each: telemetry("t", record(item("g"), each))),
        (item("k", "string"), ("name", "schema"), lambda each: telemetry("t", mapping("double") | {"mapKey": each})),
        (record(), ("fields",), lambda each: telemetry("t", each)),
        (listed("string", "x"), ("valueSchema", "enumValues"), lambda each: telemetry("t", each)),
        ({"@type": "Component", "name": "k", "schema": "dtmi:v:b;1"}, ("schema",), lambda each: each),
    ]  # fmt: skip
    element, own, place = dice.choice(elements)
    key = dice.choice((*own, "displayName", "description", "comment")) if dice.random() < 0.9 else next(iter(change))
    element[key] = _value_of(dice, key)
    return [interface(version, "dtmi:v:a;1", place(element), telemetry("beside")), interface(version, "dtmi:v:b;1")]


_TYPES = {
    2: ("Temperature", "Distance", "Latitude", "Humidity", "dtmi:standard:class:Temperature;2", "Foo", "Concentration",
        "State", "Event", "Location", "VelocityVector", "AccelerationVector", "Initialized", "Cloud"),
    3: ("Temperature", "Concentration", "Latitude", "Historized", "ValueAnnotation", "Override", "Required", "Mqtt",
        "Indexed", "Cacheable", "Idempotent", "Transparent", "TimeSpan", "RelativeHumidity", "Acceleration", "Foo",
        "dtmi:dtdl:extension:quantitativeTypes:v1:class:Temperature", "dtmi:dtdl:extension:historization:v1:Historized",
        "dtmi:dtdl:extension:requirement:v1:Required"),
}  # fmt: skip
_TYPES[4] = (*_TYPES[3], "dtmi:dtdl:extension:quantitativeTypes:v2:class:Temperature",
             "dtmi:dtdl:extension:historization:v2:Historized")  # fmt: skip
_UNITS = ("kelvin", "degreeCelsius", "metre", "mile", "degreeOfArc", "percent", "unity", "metrePerSecond", "gForce",
          "second", "kilo", "TemperatureUnit", "partsPerMillion", "gramPerCubicMetre", "celsius", "§1§", ["kelvin"],
          "dtmi:standard:unit:kelvin;2", f"{_EXTENSION}quantitativeTypes:v1:unit:kelvin",
          f"{_EXTENSION}quantitativeTypes:v2:unit:kelvin", "Kelvin", [], ["kelvin", "metre"], {}, "")  # fmt: skip


def _contexts(dice: random.Random, version: int) -> list[str]:
    names = ("quantitativeTypes", "historization", "annotation", "overriding", "mqtt", "requirement")
    if version == 2:
        return dice.choice((["dtmi:iotcentral:context;2"], [], ["dtmi:foo:bar;1"]))
    chosen = dice.sample(names, dice.choice((1, 2, 3, 6)))
    numbers = {each: dice.choice((version - 2,) * 6 + (1, 2, 3)) if each != "requirement" else 1 for each in chosen}
    return [f"{_EXTENSION}{name};{number}" for name, number in numbers.items()]


def _extended(dice: random.Random) -> Any:
    """Types of extensions with their keys, in right and wrong places, beside right and wrong schemas."""
    version = dice.choice((2, 3, 4))
    schemas = (*_PLAIN, *_LATER, "point", "geopoint", "vector", "TemperatureUnit", record(), listed("integer", 1),
               {"@type": "Array", "elementSchema": "double"})  # fmt: skip
    schema = dice.choice(("double", "double", "integer", dice.choice(schemas)))
    kind, place = dice.choice((
        ("Telemetry", lambda each: each), ("Property", lambda each: each), ("Telemetry", lambda each: each),
        ("Field", lambda each: telemetry("t", record(each))), ("Field", lambda each: telemetry("t", record(each))),
        ("MapValue", lambda each: telemetry("t", mapping("double") | {"mapValue": each})),
        ("CommandRequest" if version > 2 else "CommandPayload",
         lambda each: {"@type": "Command", "name": "c", "request": each}),
        ("CommandResponse" if version > 2 else "CommandPayload",
         lambda each: {"@type": "Command", "name": "c", "response": each}),
        ("Property", lambda each: {"@type": "Relationship", "name": "r", "properties": [each]}),
        ("Command", lambda each: {key: value for key, value in each.items() if key != "schema"}),
    ))  # fmt: skip
    types = dice.sample(_TYPES[version], dice.choice((1, 1, 1, 2)))
    element = {"@type": [kind, *types], "name": "m", "schema": schema}
    full = {2: "dtmi:dtdl:property:unit;2", 3: f"{_EXTENSION}quantitativeTypes:v1:property:unit",
            4: f"{_EXTENSION}quantitativeTypes:v2:property:unit"}  # fmt: skip
    if dice.random() < 0.75:
        element[full[version] if dice.random() < 0.15 else "unit"] = dice.choice(("kelvin", "kelvin", *_UNITS))
    if dice.random() < 0.3:
        element |= dice.choice(({"annotates": dice.choice(("beside", "m", "gone", "", ["beside"]))},
                                {"ttl": dice.choice(("PT1S", "P1W", "x", 1, "P1Y2W", "PT0.5S", "P"))},
                                {"index": dice.choice((1, 0, -1, "1", 2))}, {"payloadFormat": "x"},
                                {"annotates": "beside", "overrides": dice.choice(("unit", "schema",
                                "foo"))}))  # fmt: skip
    beside = telemetry("beside") | dice.choice(({}, {"@type": ["Telemetry", "Temperature"], "unit": "kelvin"}))
    made = interface(version, "dtmi:x:a;1", beside, place(element))
    return made | {"@context": context(version, *_contexts(dice, version))}


def _topic(dice: random.Random) -> Any:
    """The keys of the MQTT extension, with topics and groups of all kinds."""
    version, number = dice.choice(((3, 1), (3, 2), (4, 2)))
    words = ("a", "b/c", "{modelId}", "{executorId}", "{ex:foo}", "{ex:a1}", "$share", "a b", "", "a//b", "/a",
    "a/", "#",
             "a/+/b", "ä", "{", "}", "{x", "{a}{b}", "a{b}", "{:a}", "{a:}", "~", '"', "a|b", "{senderId}",
             "!", "\\")  # fmt: skip
    topic: Any = "/".join(dice.choice(words) for _ in range(dice.choice((1, 1, 2, 3))))
    key = dice.choice(("telemetryTopic", "commandTopic", "payloadFormat", "telemServiceGroupId", "cmdServiceGroupId"))
    value = dice.choice((topic, topic, topic, "§1§", [topic], "§null§", {"en": "a"}))
    own = {"payloadFormat": "p"} if dice.random() < 0.95 else {}
    made = interface(version, "dtmi:q:a;1", {"@type": ["Command", "Idempotent"], "name": "c"})
    return made | own | {"@context": context(version, f"{_EXTENSION}mqtt;{number}"), "@type": ["Interface", "Mqtt"],
                         key: value}  # fmt: skip


def _type_list(dice: random.Random) -> Any:
    """@type of every element as a text, a list, with doubles, full identifiers, and none."""
    version = dice.choice((2, 3, 4))
    request = "CommandPayload" if version == 2 else "CommandRequest"
    kinds = ("Telemetry", "Property", "Command", "Component", "Relationship", "Interface", "Object", "Field", "Map",
             "MapKey", "MapValue", "Enum", "EnumValue", "Array", request)  # fmt: skip
    own = dice.choice(kinds)
    full = [f"dtmi:dtdl:class:{own};{number}" for number in (2, 3, 4)]
    given = dice.choice((
        own, [own], [own, own], [[own]], full[version - 2], dice.choice(full), [own, full[version - 2]], [own, ""],
        own.lower(), f" {own}", [own, "§1§"], [own, "§null§"], {"@id": own}, [], "", own.upper(),
        [dice.choice(kinds), own],
        f"dtdl:{own}", f"http://x/{own}", [own, "Foo"], [own, "foo"], [own, "dtmi:foo:Bar;1"], [own, "dtmi:foo:Bar"],
        [own, "1x"], [own, "a:b"], [own, "Entity"], [own, "x y"], [own, "_x"],
    ))  # fmt: skip
    made = _one_of_each(version, request)
    for node in _nodes(made):
        if node.get("@type") == own:
            node["@type"] = given
            break
    extensions = dice.choice(([], [], ["dtmi:foo:bar;1"], [f"{_EXTENSION}historization;{max(1, version - 2)}"]))
    return [made | {"@context": context(version, *extensions)}, interface(version, "dtmi:y:b;1")]


def _one_of_each(version: int, request: str) -> Node:
    deep = record({"@type": "Field"} | item("f", {"@type": "Array", "elementSchema": "double"}))
    fits = {"@type": "Map", "mapKey": {"@type": "MapKey"} | item("k", "string"),
            "mapValue": {"@type": "MapValue"} | item("v", deep)}  # fmt: skip
    enum = listed("integer", 1) | {"enumValues": [{"@type": "EnumValue", "name": "e", "enumValue": 1}]}
    return interface(
        version, "dtmi:y:a;1", telemetry("t", fits), {"@type": "Property"} | item("p", enum),
        {"@type": "Command", "name": "c", "request": {"@type": request} | item("q")},
        {"@type": "Component", "name": "k", "schema": "dtmi:y:b;1"}, {"@type": "Relationship", "name": "r"},
    )  # fmt: skip


def _nodes(part: Any) -> list[Node]:
    found: list[Node] = [part] if isinstance(part, dict) else []
    for each in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        found += _nodes(each)
    return found


def _misspelt(dice: random.Random) -> Any:
    """A key of any element in another form: case, blanks, prefixes, full identifiers, or one that nothing knows."""
    version = dice.choice((2, 3, 4))
    made = _one_of_each(version, "CommandPayload" if version == 2 else "CommandRequest")
    node = dice.choice(_nodes(made))
    key = dice.choice(sorted(node))
    other = dice.choice((
        key.lower(), key.upper(), f" {key}", f"{key} ", f"@{key}", key.lstrip("@"), f"dtdl:{key}",
        *(f"dtmi:dtdl:property:{key};{number}" for number in (2, 3, 4)), f"dtmi:dtdl:property:{key}", "", "x",
        "@x", "@value",
        "@language", "@list", "@set", "@reverse", "@index", "@base", "@vocab", "$x", "x:y", "x.y",
        "dtmi:x:y;1", "dtmi:x:y",
    ))  # fmt: skip
    value = node[key]
    if dice.random() < 0.6:
        del node[key]
    node[other] = value if dice.random() < 0.6 else dice.choice(("x", 1, [], {}, "§null§", True))
    extensions = ["dtmi:foo:bar;1"] if version == 2 and dice.random() < 0.3 else []
    return [
        made | ({"@context": context(version, *extensions)} if extensions else {}),
        interface(version, "dtmi:y:b;1"),
    ]


def _reference(dice: random.Random) -> Any:
    """What stands where an element may: identifiers of every kind of part, of every form, in lists and objects."""
    version = dice.choice((2, 3, 4))
    made = _one_of_each(version, "CommandPayload" if version == 2 else "CommandRequest")
    parts = [node for node in _nodes(made) if node is not made]
    some = dice.sample(parts, dice.choice((1, 2)))
    for number, node in enumerate(some):
        node["@id"] = f"dtmi:r:p{number};1"
    made["schemas"] = [record() | {"@id": "dtmi:r:obj;1"}, listed("string", "x") | {"@id": "dtmi:r:enum;1"}]
    told = dice.choice(("dtmi:r:p0;1", "dtmi:r:p0;1", "dtmi:r:obj;1", "dtmi:r:enum;1", "dtmi:y:a;1", "dtmi:y:b;1",
                        "dtmi:r:other;1", "dtmi:r:gone;1", "dtmi:r:P0;1", "dtmi:r:p0;2", "dtmi:r:p0",
                        "dtmi:dtdl:instance:Schema:double;2", "dtmi:dtdl:instance:Schema:double;3",
                        "dtmi:dtdl:instance:Schema:byte;4", "dtmi:standard:schema:geospatial:point;3", "double", "byte",
                        *_GEOMETRIES, "geopoint", "string", "integer", "synchronous",
                        "dtmi:dtdl:class:Double;3"))  # fmt: skip
    given = dice.choice(
        (told, told, told, [told], [[told]], {"@id": told}, [told, told], f" {told}", {"@id": told, "@type": "Object"})
    )
    key = dice.choice(("schema", "elementSchema", "valueSchema", "mapKey", "mapValue", "fields", "enumValues",
    "request",
                       "contents", "extends", "schemas", "properties", "response", "target",
                       "commandType"))  # fmt: skip
    own = [node for node in _nodes(made) if key in node] or [made, *parts]
    node = dice.choice(own)
    if isinstance(node.get(key), list) and dice.random() < 0.7:
        node[key] = [*node[key], given]
    else:
        node[key] = given
    other = interface(version, "dtmi:y:b;1", schemas=[record() | {"@id": "dtmi:r:other;1"}])
    return [made, other]


def _document(dice: random.Random) -> Any:
    """Documents whose outermost form is odd, and contexts in parts."""
    version = dice.choice((2, 3, 4))
    plain = interface(version, "dtmi:o:a;1", telemetry("t"))
    other = interface(version, "dtmi:o:b;1")
    inner = plain | {"contents": [telemetry("t") | {"@context": context(dice.choice((2, 3, 4)))}]}
    component = {"@type": "Component", "name": "k", "schema": interface(dice.choice((2, 3, 4)), "dtmi:o:c;1")}
    return dice.choice((
        {}, [plain], [[plain]], [[plain], other], [plain, []], [plain, "dtmi:o:a;1"], [plain, "§null§"], [plain, 1],
        "§null§", "x", "dtmi:o:a;1", 1, True, {"@graph": [plain]}, {"@graph": [plain], "@context": context(version)},
        [plain, plain], [plain, dict(plain)], telemetry("t") | {"@context": context(version)}, inner,
        record() | {"@context": context(version), "@id": "dtmi:o:s;1"}, [plain,
        record() | {"@context": context(version)}],
        interface(version, "dtmi:o:a;1", component), [plain, other | {"extends": "dtmi:o:a;1"}],
        plain | {"@id": ["dtmi:o:a;1"]}, plain | {"@id": {"@value": "dtmi:o:a;1"}},
        plain | {"@context": [context(version)]},
        plain | {"@context": {"@vocab": "dtmi:dtdl:context;2"}}, plain | {"@context": [context(version), {}]},
        plain | {"@context": [context(version), context(version)]}, plain | {"@context": [[context(version)]]},
        plain | {"@context": [context(2), context(3)]}, plain | {"@context": context(version) + " "},
        plain | {"@context": context(version).upper()}, {key: plain[key] for key in plain if key != "@context"},
        [plain, {key: other[key] for key in other if key != "@context"}], plain | {"contents": telemetry("t")},
        plain | {"contents": [[telemetry("t")]]}, plain | {"contents": [telemetry("t"), "§null§"]},
        plain | {"contents": []},
        plain | {"contents": {}}, plain | {"extends": []}, plain | {"schemas": []}, plain | {"schemas": "dtmi:o:a;1"},
        plain | {"contents": "§null§"}, plain | {"extends": "§null§"}, plain | {"displayName": {}},
    ))  # fmt: skip


def _corner(dice: random.Random) -> Any:
    """Corners of Enum, Map, Array, Object, Command and Component."""
    version = dice.choice((2, 3, 4))
    enum = dice.choice((
        listed("integer", 1, 1), listed("integer", 1, "§1.0§"), listed("string", "a", "a"), listed("string", "a", "A"),
        listed("string", "1", "§1§"), listed("integer"), listed("string", ""), listed("string", "x" * 600),
        listed("boolean", True),
        listed("integer", "§2147483648§"), listed("integer", "§-0§", "§0§"), listed("long", 1), listed(["integer"], 1),
        listed("integer", 1) | {"enumValues": {"name": "e", "enumValue": 1}}, listed("string", "ä", "a\u0308"),
        listed({"@type": "Integer"}, 1), listed("dtmi:dtdl:instance:Schema:integer;2", 1), listed("integer", True),
        listed("integer", 1, 2) | {"enumValues": [{"name": "e", "enumValue": 1}, {"name": "E", "enumValue": 2}]},
    ))  # fmt: skip
    maps = dice.choice((
        mapping("double", mapKey=item("v", "string")), mapping("double", mapKey=item("k", "integer")),
        mapping("double", mapKey=[item("k", "string")]), mapping("double", mapKey=[]), mapping("double",
        mapKey=item("k", [])),
        mapping("double", mapKey=[item("k", "string")] * 2), mapping("double", mapKey={"name": "k"}),
        mapping("double", mapKey=item("k", listed("string", "x"))), mapping([]), mapping(["double",
        "integer"]), mapping({}),
        {"@type": "Map", "mapKey": item("k", "string")}, {"@type": "Map", "mapValue": item("v")},
        mapping("dtmi:n:ot;1"),
        mapping("double", mapKey=item("k", "dtmi:dtdl:instance:Schema:string;2")),
    ))  # fmt: skip
    others = dice.choice((
        {"@type": "Array"}, {"@type": "Array", "elementSchema": []}, {"@type": "Array", "elementSchema": ["double"]},
        {"@type": "Array", "elementSchema": ["double", "double"]}, {"@type": "Object"}, {"@type": "Object",
        "fields": []},
        {"@type": "Object", "fields": item("a")}, record(item("a"), item("a")), record(item("a"), item("A")),
        record({"name": "a"}), record({"schema": "double"}), record(item("a", [])), {"@type": "Double"},
        {"@type": "Point"},
        {"@type": ["Object", "Map"]}, {}, [], ["double"], ["double", "integer"], [[record()]], record(item("a",
        record())),
    ))  # fmt: skip
    commands = dice.choice((
        {"request": {}}, {"request": []}, {"request": [item("q")]}, {"request": [item("q"), item("q")]},
        {"request": {"name": "q"}},
        {"request": item("q"), "response": item("q")}, {"response": {"schema": "double"}}, {"request": "double"},
        {"request": item("q", nullable=True)}, {"response": item("q", nullable=False)}, {"commandType": "synchronous"},
        {"commandType": "asynchronous"}, {"commandType": ["synchronous"]}, {"commandType": "foo"}, {"commandType": []},
        {"commandType": f"dtmi:dtdl:instance:CommandType:synchronous;{dice.choice((2, 3, 4))}"}, {"schema": "double"},
        {"request": {"@type": "CommandRequest"} | item("q")}, {"request": {"@type": "CommandPayload"} | item("q")},
        {"response": {"@type": "CommandRequest"} | item("q")}, {"response": {"@type": "Field"} | item("q")},
        {"request": {"@type": ["CommandRequest", "CommandPayload"]} | item("q")}, {"request": {"@type": "Command"}},
    ))  # fmt: skip
    schema = dice.choice((enum, maps, others))
    return dice.choice((
        interface(version, "dtmi:k:a;1", telemetry("t", schema)), interface(version, "dtmi:k:a;1",
        telemetry("t", schema)),
        interface(version, "dtmi:k:a;1", {"@type": "Property"} | item("p", schema)),
        interface(version, "dtmi:k:a;1", {"@type": "Command", "name": "c"} | commands),
        interface(version, "dtmi:k:a;1", telemetry("t", "dtmi:k:s;1"), schemas=[schema | {"@id": "dtmi:k:s;1"}]
                  if isinstance(schema, dict) else schema),
        interface(version, "dtmi:k:a;1", {"@type": "Component", "name": "k", "schema": schema}),
    ))  # fmt: skip


def _unit_of_model(dice: random.Random) -> Any:
    """Units and types of units that a model defines, in one document or another."""
    version = dice.choice((3, 4))
    number = version - 2
    kinds: dict[str, Node] = {
        "SymbolicUnit": {"symbol": "s"}, "DecimalUnit": {"baseUnit": "metre", "prefix": "kilo"},
        "BinaryUnit": {"baseUnit": "byte", "prefix": "kibi"}, "RatioUnit": {"topUnit": "metre", "bottomUnit": "second"},
    }  # fmt: skip
    values = []
    for each, name in enumerate(dice.sample(sorted(kinds), dice.choice((1, 2)))):
        value: Node = {"@type": ["EnumValue", name], "name": f"u{each}", "enumValue": f"u{each}"} | kinds[name]
        values.append(value | ({"@id": f"dtmi:u:own{each};1"} if dice.random() < 0.8 else {}))
    units = {"@type": "Enum", "@id": "dtmi:u:units;1", "valueSchema": dice.choice(("string", "string", "integer")),
             "enumValues": values}  # fmt: skip
    semantic = {"@id": "dtmi:u:Sem;1", "@type": ["Enum", "UnitType"]} | units
    uses = dice.choice((
        telemetry("t", "dtmi:u:units;1"), telemetry("t") | {"@type": ["Telemetry", "Distance"],
        "unit": "dtmi:u:own0;1"},
        telemetry("t", "LengthUnit"), telemetry("t") | {"@type": ["Telemetry", "Distance"], "unit": "metre"},
    ))  # fmt: skip
    names = context(version, f"{_EXTENSION}quantitativeTypes;{number}")
    main = interface(version, "dtmi:u:a;1", uses, schemas=[dice.choice((units, units, units, semantic))]) | {
        "@context": names
    }
    apart = interface(version, "dtmi:u:b;1", telemetry("z", dice.choice(("dtmi:u:units;1", "double", "MassUnit"))))
    if dice.random() < 0.5:
        apart["@context"] = names
    return dice.choice((main, [main, apart]))


KINDS: tuple[Callable[[random.Random], Any], ...] = (
    _graph, _graph, _graph, _chain, _many, _depth, _value, _value, _value, _extended, _extended, _topic, _type_list,
    _misspelt, _reference, _reference, _document, _corner, _corner, _unit_of_model,
)  # fmt: skip
