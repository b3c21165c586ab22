"""Random models of DTDL 2, 3 and 4 that are right, with all kinds of elements and with the extensions.

Nothing here comes from the rules that are tested: it is what they are compared with, beside the reference parser.
"""

from __future__ import annotations

import random
from typing import Any

Node = dict[str, Any]
PLAIN = ["boolean", "date", "dateTime", "double", "duration", "float", "integer", "long", "string", "time"]
ADDED = [
    "byte",
    "bytes",
    "decimal",
    "short",
    "unsignedByte",
    "unsignedInteger",
    "unsignedLong",
    "unsignedShort",
    "uuid",
]
GEOMETRIES = ["point", "multiPoint", "lineString", "multiLineString", "polygon", "multiPolygon"]
SEMANTIC = {
    "Temperature": ["kelvin", "degreeCelsius", "degreeFahrenheit"],
    "Distance": ["metre", "kilometre", "mile"],
    "Pressure": ["bar", "pascal", "kilopascal"],
    "Voltage": ["volt", "millivolt"],
    "RelativeHumidity": ["percent", "unity"],
    "TimeSpan": ["second", "hour", "day"],
    "Angle": ["radian", "turn", "degreeOfArc"],
    "DataSize": ["bit", "kibibyte"],
}
NUMBERS = ["double", "float", "integer", "long"]
_EXTENSION = "dtmi:dtdl:extension:"


class Maker:
    """Makes one model. `dice` decides everything."""

    def __init__(self, dice: random.Random):
        self.dice = dice
        self.version = dice.choice([2, 2, 3, 3, 4])
        self.extensions: set[str] = set()
        self.number = 0

    def model(self) -> Any:
        """One interface, or a list of several that refer to each other."""
        dice = self.dice
        if dice.random() < 0.5:
            self._choose_extensions()
        first = self.interface([])
        made = [first]
        for _ in range(dice.choice([0, 0, 0, 0, 1, 2])):
            made.append(self.interface(made))
        if dice.random() < 0.3:
            self._annotate(made[-1])
        return made if len(made) > 1 or dice.random() < 0.1 else first

    def _choose_extensions(self) -> None:
        if self.version == 2:
            self.extensions = {"iotcentral"}
            return
        names = ["quantitativeTypes", "historization", "annotation", "overriding", "mqtt", "requirement"]
        self.extensions = set(self.dice.sample(names, self.dice.randint(1, 3)))
        if "overriding" in self.extensions:
            self.extensions |= {"annotation", "quantitativeTypes"}

    def context(self) -> Any:
        """The @context for the version and the extensions."""
        core = f"dtmi:dtdl:context;{self.version}"
        if self.version == 4 and self.dice.random() < 0.1:
            core = "dtmi:dtdl:context;4#limitless"
        added = [self._context_of(name) for name in sorted(self.extensions)]
        if core.endswith("#limitless"):
            added.insert(0, "dtmi:dtdl:context;4#limits")
        if not added:
            return core if self.dice.random() < 0.9 else [core]
        return [core, *added]

    def _context_of(self, name: str) -> str:
        if name == "iotcentral":
            return "dtmi:iotcentral:context;2"
        return f"{_EXTENSION}{name};{1 if name == 'requirement' else self.version - 2}"

    def identifier(self, *, minor: bool = True) -> str:
        """An identifier that no other part of the model has."""
        self.number += 1
        words = [self.dice.choice(["com", "example", "a_b", "X9", "plant"]) for _ in range(self.dice.randint(1, 3))]
        text = ":".join(["dtmi", *words, f"n{self.number}"])
        if self.version == 2 or not minor:
            return f"{text};{self.dice.randint(1, 30)}"
        return text + self.dice.choice(["", ";1", ";2.1", ";999999999", ";1"])

    def name(self) -> str:
        """A name that no other part of the model has."""
        self.number += 1
        return self.dice.choice(["t", "temp_", "Name", "x_y", "A"]) + str(self.number)

    def shown(self, node: Node) -> Node:
        """The node, now and then with texts for people."""
        dice = self.dice
        if dice.random() < 0.15:
            node["displayName"] = dice.choice([
                "shown", {"en": "shown", "de-DE": "gezeigt"}, ["shown", {"@value": "gezeigt", "@language": "de"}], "",
            ])  # fmt: skip
        if dice.random() < 0.1:
            node["description"] = dice.choice(
                ["x" * 512 if dice.random() < 0.1 else "x", {"en-US": "said"}, [{"@value": "said"}], []]
            )
        if dice.random() < 0.1:
            node["comment"] = dice.choice(
                ["note", ["note"], {"@value": "note"}, {"@value": "n", "@type": "xsd:string"}]
            )
        return node

    def interface(self, others: list[Node]) -> Node:
        """An interface, which may inherit from the others and have them as components."""
        dice = self.dice
        node: Node = {"@context": self.context(), "@id": self.identifier(), "@type": "Interface"}
        self.shown(node)
        self.schemas: list[str] = []
        if dice.random() < 0.4:
            node["schemas"] = [self._named_schema() for _ in range(dice.randint(1, 2))]
            self.schemas = [each["@id"] for each in node["schemas"]]
        node["contents"] = [self.content(others) for _ in range(dice.choice([0, 1, 1, 2, 2, 3, 4]))]
        plain = [each for each in others if not _has_components(each, others)]
        if plain and dice.random() < 0.4:
            node["extends"] = dice.choice([plain[0]["@id"], [plain[0]["@id"]]])
        if "mqtt" in self.extensions and dice.random() < 0.5:
            node |= {"@type": ["Interface", "Mqtt"], "payloadFormat": "json", "telemetryTopic": "a/{modelId}/b"}
        return node

    def _named_schema(self) -> Node:
        node = self.complex_schema(0)
        node["@id"] = self.identifier()
        return node

    def content(self, others: list[Node]) -> Node:
        """A part of an interface."""
        made = self.dice.choice([
            self.telemetry, self.telemetry, self.property, self.property, self.command, self.relationship,
            lambda: self.component(others),
        ])()  # fmt: skip
        if self.dice.random() < 0.1:
            made["@id"] = self.identifier()
        return self.shown(made)

    def telemetry(self) -> Node:
        """A Telemetry, perhaps with a semantic type."""
        return self._measured({"@type": "Telemetry", "name": self.name()})

    def property(self) -> Node:
        """A Property, perhaps with a semantic type."""
        node = self._measured({"@type": "Property", "name": self.name()}, arrays=self.version > 2)
        if self.dice.random() < 0.5:
            node["writable"] = self.dice.choice([True, False, [True], {"@value": True}])
        return node

    def _measured(self, node: Node, *, arrays: bool = True) -> Node:
        dice = self.dice
        semantic = self.version == 2 or "quantitativeTypes" in self.extensions
        if semantic and dice.random() < 0.4:
            name = dice.choice(sorted(SEMANTIC))
            node |= {
                "@type": [node["@type"], name],
                "schema": dice.choice(NUMBERS),
                "unit": dice.choice(SEMANTIC[name]),
            }
        elif "iotcentral" in self.extensions and dice.random() < 0.5:
            kind, schema = dice.choice([
                ("State", self.enum()), ("Event", dice.choice(["string", "integer"])), ("Location", "geopoint"),
                ("VelocityVector", "vector"), ("Cloud", "double"),
            ])  # fmt: skip
            node |= {"@type": [node["@type"], kind], "schema": schema}
        else:
            node["schema"] = self.schema(0, arrays=arrays)
            if "historization" in self.extensions and dice.random() < 0.5:
                node["@type"] = [node["@type"], "Historized"]
            elif self.version == 2 and dice.random() < 0.1:
                node |= {"@type": [node["@type"], "OwnType"], "ownKey": 1}
            elif "mqtt" in self.extensions and node["@type"] == "Telemetry" and dice.random() < 0.5:
                self.number += 1
                node |= {"@type": ["Telemetry", "Indexed"], "index": self.number}
        return node

    def command(self) -> Node:
        """A Command with or without payloads."""
        dice = self.dice
        node: Node = {"@type": "Command", "name": self.name()}
        if dice.random() < 0.6:
            node["request"] = self._payload("CommandRequest")
        if dice.random() < 0.6:
            node["response"] = self._payload("CommandResponse")
        if dice.random() < 0.2:
            node["commandType"] = dice.choice(["synchronous", "asynchronous"])
        if "mqtt" in self.extensions and dice.random() < 0.3:
            node["@type"] = ["Command", "Idempotent"]
        return node

    def _payload(self, kind: str) -> Node:
        kind = "CommandPayload" if self.version == 2 else kind
        node: Node = {"name": self.name(), "schema": self.schema(0)}
        if self.dice.random() < 0.4:
            node["@type"] = kind
        if self.version == 4 and self.dice.random() < 0.4:
            node["nullable"] = True
        return self.shown(node)

    def relationship(self) -> Node:
        """A Relationship with properties of its own."""
        dice = self.dice
        node: Node = {"@type": "Relationship", "name": self.name()}
        if dice.random() < 0.5:
            node["target"] = dice.choice(["dtmi:some:where;1", "dtmi:some:where:else;3"])
        if dice.random() < 0.4:
            node["maxMultiplicity"] = dice.choice([1, 500, 3.0])
        if dice.random() < 0.3:
            node["minMultiplicity"] = 0
        if dice.random() < 0.4:
            node["properties"] = [self.property() for _ in range(dice.randint(0, 2))]
        return node

    def component(self, others: list[Node]) -> Node:
        """A component with one of the other interfaces, or with one in place."""
        plain = [each for each in others if not _has_components(each, others)]
        node: Node = {"@type": "Component", "name": self.name()}
        if plain and self.dice.random() < 0.8:
            return node | {"schema": self.dice.choice(plain)["@id"]}
        inner: Node = {"@type": "Interface", "@id": self.identifier(), "contents": [self.telemetry_without_reference()]}
        return node | {"schema": inner}

    def telemetry_without_reference(self) -> Node:
        """A Telemetry that needs no schema of the interface around it."""
        return {"@type": "Telemetry", "name": self.name(), "schema": self.dice.choice(PLAIN)}

    def schema(self, level: int, *, arrays: bool = True) -> Any:
        """Any schema: a term, an identifier, or one in place."""
        dice = self.dice
        roll = dice.random()
        if arrays and self.schemas and roll < 0.15:
            return dice.choice(self.schemas)
        if roll < 0.6 or level > 1:
            terms = PLAIN + (ADDED if self.version > 3 else [])
            if roll < 0.05:
                return f"dtmi:dtdl:instance:Schema:{dice.choice(PLAIN)};{dice.choice([2, self.version])}"
            if roll < 0.1 and arrays and level == 0:
                return dice.choice(GEOMETRIES)
            if self.version > 2 and "quantitativeTypes" in self.extensions and roll < 0.13:
                return "TemperatureUnit"
            return dice.choice(terms)
        return self.complex_schema(level, arrays=arrays)

    def complex_schema(self, level: int, *, arrays: bool = True) -> Node:
        """A schema in place."""
        dice = self.dice
        makers = [lambda: self.enum(), lambda: self.object(level, arrays), lambda: self.map(level, arrays)]
        if arrays:
            makers.append(lambda: {"@type": "Array", "elementSchema": self.schema(level + 1)})
        return self.shown(dice.choice(makers)())

    def object(self, level: int, arrays: bool) -> Node:
        """An Object."""
        fields = []
        for _ in range(self.dice.choice([1, 1, 2, 3])):
            field: Node = {"name": self.name(), "schema": self.schema(level + 1, arrays=arrays)}
            if self.dice.random() < 0.2:
                field["@type"] = "Field"
            if "requirement" in self.extensions and self.dice.random() < 0.5:
                field["@type"] = ["Field", "Required"]
            if self.version > 2 and "quantitativeTypes" in self.extensions and self.dice.random() < 0.3:
                field |= {"@type": ["Field", "Temperature"], "schema": "double", "unit": "kelvin"}
            fields.append(self.shown(field))
        return {"@type": "Object", "fields": fields}

    def map(self, level: int, arrays: bool) -> Node:
        """A Map."""
        key = {"name": self.name(), "schema": "string"}
        value = {"name": self.name(), "schema": self.schema(level + 1, arrays=arrays)}
        return {"@type": "Map", "mapKey": key, "mapValue": value}

    def enum(self) -> Node:
        """An Enum of numbers or texts."""
        dice = self.dice
        kind = dice.choice(["integer", "string"])
        values = []
        for number in range(dice.choice([1, 1, 2, 3])):
            value: Any = number * 3 if kind == "integer" else f"v{number}"
            values.append(self.shown({"name": self.name(), "enumValue": value}))
        return {"@type": "Enum", "valueSchema": kind, "enumValues": values}

    def _annotate(self, interface: Node) -> None:
        """Add an annotation, and what overrides a unit."""
        if "annotation" not in self.extensions:
            return
        named = self.telemetry_without_reference()
        interface["contents"] += [
            named,
            {
                "@type": ["Property", "ValueAnnotation"],
                "name": self.name(),
                "schema": "string",
                "annotates": named["name"],
            },
        ]
        if "overriding" not in self.extensions:
            return
        named |= {"@type": ["Telemetry", "Temperature"], "schema": "double", "unit": "kelvin"}
        interface["contents"].append(
            {
                "@type": ["Property", "ValueAnnotation", "Override"],
                "name": self.name(),
                "schema": "TemperatureUnit",
                "annotates": named["name"],
                "overrides": "unit",
            }
        )


def _has_components(node: Node, others: list[Node]) -> bool:
    by_id = {each["@id"]: each for each in others}
    parents = node.get("extends", [])
    parents = [parents] if isinstance(parents, str) else parents
    if any("Component" in each["@type"] for each in node["contents"]):
        return True
    return any(_has_components(by_id[each], others) for each in parents if each in by_id)
