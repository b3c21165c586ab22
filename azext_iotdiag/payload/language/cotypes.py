"""Types that an element has besides its kind: semantic types, those of extensions, and unknown ones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from azext_iotdiag.payload.language import identifiers, kinds, rules, words
from azext_iotdiag.payload.language.contexts import LanguageContext
from azext_iotdiag.payload.language.extensions import (
    ALL_BY_DTMI,
    CORE_OF_2,
    EXTENSIONS,
    OF_CENTRAL,
    QUANTITATIVE,
    CoType,
)
from azext_iotdiag.payload.language.judging import ModelJudging, Path
from azext_iotdiag.payload.language.parts import Element
from azext_iotdiag.payload.language.units import UNITS
from azext_iotdiag.payload.violations import shown

_FULL_TYPE = re.compile(r"dtmi:dtdl:class:(\w+);([234])", re.ASCII)
_WHOLE_VERSION = re.compile(r";\d+$")
MATERIALS = frozenset(kinds.keys(2)) | frozenset(kinds.keys(4)) | kinds.primitives(4) | {"CommandType"}


def plain_type(text: str, version: int) -> str:
    """The kind that a full identifier of the language stands for; else the text."""
    match = _FULL_TYPE.fullmatch(text)
    return match[1] if match and int(match[2]) == version else text


def _of_language(text: str) -> bool:
    """Whether a full identifier is that of a class of the language, in any version."""
    match = _FULL_TYPE.fullmatch(text)
    return match is not None and match[1] in words.classes(int(match[2]))


def quantitative(context: LanguageContext) -> int:
    """The version of the quantitative types in force: 0 for none."""
    return context.extensions.get(QUANTITATIVE, 0)


def read(judging: ModelJudging, node: Mapping[str, Any], element: Element) -> bool:
    """Find the types beside the kind. True where one of them is unknown. Such an element may have further keys."""
    given = node.get("@type", [])
    listed = given if isinstance(given, list) else [given]
    path = (*element.path, "@type")
    found: dict[str, CoType] = {}
    informal = False
    for text in dict.fromkeys(listed):
        if plain_type(text, element.version) == element.kind:
            continue
        cotype = _known(text, element.context)
        if cotype is not None:
            found[cotype.dtmi] = cotype
        elif _is_informal(judging, text, element, path):
            informal = True
    right = [each for each in found.values() if _fits(judging, each, element, path)]
    semantic = [each.name for each in right if each.semantic]
    if len(semantic) > 1:
        message = f"{' and '.join(semantic)} are semantic types, and an element has one at most"
        judging.say(rules.TYPES_CONTRADICT, path, message)
    for each in right:
        _companions(judging, each, right, path)
    element.cotypes = tuple(right)
    return informal


def _known(text: str, context: LanguageContext) -> CoType | None:
    if text.startswith("dtmi:"):
        return ALL_BY_DTMI.get(text)
    if context.version == 2 and text in CORE_OF_2:
        return CORE_OF_2[text]
    for name, version in context.extensions.items():
        if text in EXTENSIONS[name][version]:
            return EXTENSIONS[name][version][text]
    return None


def _fits(judging: ModelJudging, cotype: CoType, element: Element, path: Path) -> bool:
    if element.kind not in cotype.kinds:
        right = " or ".join(sorted(cotype.kinds))
        judging.say(rules.TYPE_OUT_OF_PLACE, path, f"{element.with_article} cannot be {cotype.name}: only {right} can")
        return False
    if element.version not in cotype.versions:
        versions = " and ".join(map(str, sorted(cotype.versions)))
        message = f"{cotype.name} of this extension is for DTDL {versions}, and this is DTDL {element.version}"
        judging.say(rules.TYPE_OF_VERSION, path, message)
        return False
    return True


def _companions(judging: ModelJudging, cotype: CoType, beside: list[CoType], path: Path) -> None:
    names = {each.name for each in beside}
    if cotype.needs and cotype.needs not in names:
        judging.say(rules.TYPE_NEEDS, path, f"{cotype.name} needs {cotype.needs} beside it")
    for other in sorted(cotype.without & names):
        judging.say(rules.TYPES_CONTRADICT, path, f"{cotype.name} cannot stand beside {other}")


def _is_informal(judging: ModelJudging, text: str, element: Element, path: Path) -> bool:
    """Whether a type that nothing defines may stand there all the same; says so where it may not."""
    version, is_open = element.version, element.context.open
    if text.startswith("dtmi:"):
        if not identifiers.is_any(text) or (version == 2 and not _WHOLE_VERSION.search(text)):
            judging.say(rules.TYPE_FORM, path, f"{shown(text)} is no identifier of a type")
        elif is_open and not _of_language(text):
            return True
        else:
            judging.say(rules.TYPE_UNKNOWN, path, f"the type {text} is not known")
        return False
    if is_open and version == 2 and text[:1].islower() and text in words.reserved(2):
        return True  # a word of the language, but no type: the extension may have a type of that name
    if text in words.reserved(version) or text in MATERIALS or words.standard(text, element.context):
        judging.say(rules.TYPE_OUT_OF_PLACE, path, f"{text} cannot be a type of {element.with_article}")
        return False
    if version == 2 or (is_open and ":" not in text):
        return True
    if text in OF_CENTRAL:
        message = f"DTDL {version} has no type {text}; it is one of IoT Central's own"
        judging.say(rules.TYPE_OF_CENTRAL, path, message)
        return True
    judging.say(rules.TYPE_UNKNOWN, path, f"DTDL {version} has no type {shown(text)}{_meant(judging, text, version)}")
    return False


def _meant(judging: ModelJudging, text: str, version: int) -> str:
    context = _CONTEXT_OF.get(text)
    if context:
        return f"; add the context {context};{version - 2 if context == QUANTITATIVE else 1} for it"
    return judging.meant(text, _NAMES)


_CONTEXT_OF = {
    name: context for context, versions in reversed(EXTENSIONS.items()) for types in versions.values() for name in types
}
_NAMES = tuple(_CONTEXT_OF)


def term_is_known(key: str, element: Element) -> bool:
    """Whether the plain form of a key of an extension is known here: its context has to be named."""
    if element.version == 2 and key == "unit":
        return True
    return any(
        key in cotype.keys
        for name, version in element.context.extensions.items()
        for cotype in EXTENSIONS[name][version].values()
    )


def units(judging: ModelJudging, given: Any, element: Element, path: Path) -> list[str]:
    """Judge the unit of an element; gives it, plain, where it is right."""
    listed = given if isinstance(given, list) else [given]
    cotype = next((each for each in element.cotypes if each.units), None)
    if cotype is None:
        return []
    if len(listed) != 1 and not (not listed and not cotype.keys["unit"].required):
        judging.say(rules.UNIT, path, f"{cotype.name} needs one unit, and {len(listed)} stand here")
    found = [name for each in listed if (name := _unit(judging, each, cotype, element, path))]
    return found if len(listed) == 1 else []


def _unit(judging: ModelJudging, given: Any, cotype: CoType, element: Element, path: Path) -> str:
    version = element.version
    if isinstance(given, dict) and version == 2 and _is_unit_type(given.get("@type")):
        judging.not_judged("units that a model defines itself")
        return ""
    if not isinstance(given, str):
        judging.say(rules.UNIT, path, f"{shown(given)} stands here, and a unit should")
        return ""
    name = words.unit(given, element.context)
    right = words.units_of(cotype.units, added=version > 2)
    if name in right:
        return name
    listed = ", ".join(right[:6]) + (" …" if len(right) > 6 else "")
    if name:
        message = f"{name} is no unit of {cotype.name}, whose units are {listed}"
    else:
        meant = judging.meant(given, right)
        message = f"the unit {shown(given)} is not known{meant}; the units of {cotype.name} are {listed}"
    judging.say(rules.UNIT, path, message)
    return ""


def _is_unit_type(given: Any) -> bool:
    return any(isinstance(each, str) and each in UNITS for each in (given if isinstance(given, list) else [given]))
