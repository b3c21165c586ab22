"""Reads @context: the version of DTDL, the extensions, and whether there are some that this tool does not know."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from azext_iotdiag.payload import local_words
from azext_iotdiag.payload.language import identifiers, rules
from azext_iotdiag.payload.language.extensions import EXTENSIONS, LIMIT_EXTENSIONS
from azext_iotdiag.payload.language.judging import ModelJudging, Path
from azext_iotdiag.payload.language.kinds import LIMITS, ONVIF, VERSIONS, VersionLimits

CORE = "dtmi:dtdl:context"
CENTRAL = "dtmi:iotcentral:context"
_CORE = re.compile(r"dtmi:dtdl:context;([1-9]\d*)(?:\.[1-9]\d*)?(#.*)?", re.ASCII)
_RIGHT = 'write "@context": "dtmi:dtdl:context;2", or 3 or 4'


@dataclass(frozen=True)
class LanguageContext:
    """What is in force at a place of a document: 0 for a version that is not known."""

    version: int = 0
    extensions: Mapping[str, int] = field(default_factory=dict)
    limits: VersionLimits = LIMITS[2]
    open: bool = False  # an extension is named that this tool does not know: more words may be right

    def with_version(self, version: int) -> LanguageContext:
        """The same in another version of the language."""
        return replace(self, version=version, limits=LIMITS[version])


def read(judging: ModelJudging, node: Mapping[str, Any], path: Path, above: LanguageContext) -> LanguageContext:
    """The context of an element: what it names itself, on top of what is in force around it."""
    if "@context" not in node:
        if not above.version:
            judging.say(rules.CONTEXT_MISSING, path, f"there is no @context, so that no version is known: {_RIGHT}")
            return above.with_version(2)
        return above
    given = node["@context"]
    here = (*path, "@context")
    listed = given if isinstance(given, list) else [given]
    if not listed and above.version:
        return above
    texts = [each for each in listed if isinstance(each, str)]
    if isinstance(given, list) and any(isinstance(each, dict) for each in given):
        words = ", ".join(sorted(local_words.defined(given)))[:80] or "none"
        judging.say(rules.CONTEXT_LOCAL, here, f"DTDL takes no words that a model defines itself in @context: {words}")
        listed = [each for each in listed if not isinstance(each, dict)]
    if not listed or len(texts) < len(listed):
        judging.say(rules.CONTEXT_FORM, here, f"@context has to be a text or a list of texts: {_RIGHT}")
    listed = texts
    found = _Reader(judging, here, above)
    for number, text in enumerate(listed):
        found.add(text, listed[number - 1] if number else "", listed[number + 1] if number + 1 < len(listed) else "")
    if listed and not found.context.version and not found.said:
        judging.say(rules.CONTEXT_VERSION, here, f"no context names a version of DTDL: {_RIGHT}")
    return found.context


class _Reader:
    """Takes the texts of an @context one by one."""

    def __init__(self, judging: ModelJudging, path: Path, above: LanguageContext):
        self._judging = judging
        self._path = path
        self.context = above
        self.said = False
        self._core_seen = self._extension_seen = False

    def add(self, text: str, before: str, behind: str) -> None:
        core = _CORE.fullmatch(text)
        if core:
            self._core(text, int(core[1]), core[2] or "", before, behind)
        elif text.startswith(CORE + ";") or text == CORE:
            self._say(rules.CONTEXT_VERSION, f"{text} names no version of DTDL: {_RIGHT}")
        elif "#" in text or not identifiers.is_any(text):
            self._say(rules.CONTEXT_FORM, f"{text[:80]!r} is no context, which is a DTMI with a version")
        else:
            self._extension(text, before)

    def _core(self, text: str, version: int, fragment: str, before: str, behind: str) -> None:
        if version not in VERSIONS:
            known = ", ".join(map(str, VERSIONS))
            self._say(rules.CONTEXT_VERSION, f"there is no DTDL {version}: the versions are {known}")
            return
        if version == 2 and "." in text:
            self._say(rules.CONTEXT_FORM, f"{text} has a minor version, which DTDL 2 does not take")
        if self._extension_seen and not self.said:
            self._say(rules.CONTEXT_ORDER, f"{text} stands behind an extension, and has to stand before all of them")
        self._core_seen = True
        self.context = self.context.with_version(version)
        if not fragment:
            return
        if version < 4 or fragment not in ("#limits", "#limitless"):
            self._say(rules.CONTEXT_LIMITS, f"{text} has no such part in DTDL {version}; leave out {fragment}")
        elif fragment == "#limitless" and not _limits(behind):
            self._say(rules.CONTEXT_LIMITS, f"behind {text} a context has to follow that sets limits")
        elif fragment == "#limits" and not before.endswith("#limitless"):
            self._say(rules.CONTEXT_LIMITS, f"{text} has to follow dtmi:dtdl:context;4#limitless")

    def _extension(self, text: str, before: str) -> None:
        name, _, number = text.partition(";")
        self._extension_seen = self._extension_seen or self._core_seen or text != f"{CENTRAL};2"
        if not self.context.version and text != f"{CENTRAL};2":
            self._say(rules.CONTEXT_ORDER, f"{text} stands before the context of DTDL, which has to be the first")
        version = self.context.version or 2
        if name in LIMIT_EXTENSIONS and not (version == 2 and number not in LIMIT_EXTENSIONS[name]):
            self._limit_extension(text, name, number, before)
            return
        if not number or (version == 2 and ("." in number or not identifiers.fits(text, 2))):
            self._say(rules.CONTEXT_FORM, f"{text} names no version, such as {name};1")
            return
        known = EXTENSIONS.get(name, {})
        major = number.partition(".")[0]
        if major.isdigit() and int(major) in known:
            self.context = replace(self.context, extensions={**self.context.extensions, name: int(major)})
            return
        self.context = replace(self.context, open=True)
        if version == 2:
            self._judging.not_judged(f"what {text} adds: this tool does not know that extension")
        elif known:
            versions = ", ".join(f"{name};{each}" for each in known)
            self._say(rules.CONTEXT_UNKNOWN, f"{text} is not known; known are {versions}")
        else:
            meant = self._judging.meant(name, _NAMES)
            self._say(rules.CONTEXT_UNKNOWN, f"{text} is not known, and DTDL {version} has no unknown contexts{meant}")

    def _limit_extension(self, text: str, name: str, number: str, before: str) -> None:
        if not before.endswith("#limitless"):
            self._say(rules.CONTEXT_LIMITS, f"{text} has to follow dtmi:dtdl:context;4#limitless")
        elif number not in LIMIT_EXTENSIONS[name]:
            versions = ", ".join(f"{name};{each}" for each in LIMIT_EXTENSIONS[name])
            self._say(rules.CONTEXT_UNKNOWN, f"{text} is not known; known are {versions}")
        self.context = replace(self.context, limits=ONVIF)

    def _say(self, rule: rules.LanguageRule, message: str) -> None:
        self.said = True
        self._judging.say(rule, self._path, message)


_NAMES = tuple(EXTENSIONS)


def _limits(text: str) -> bool:
    """Whether a context sets limits: that of an extension, or that of DTDL 4."""
    core = _CORE.fullmatch(text)
    if core:
        return core[1] == "4" and core[2] in (None, "#limits")
    return text.partition(";")[0] in LIMIT_EXTENSIONS
