"""An element of a model, and what stands where an element may."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from azext_iotdiag.payload.language.contexts import LanguageContext
from azext_iotdiag.payload.language.extensions import CoType
from azext_iotdiag.payload.language.judging import Path
from azext_iotdiag.payload.language.kinds import Slot
from azext_iotdiag.payload.language.words import Standard


@dataclass
class ElementLink:
    """What stands where an element may: the element itself, one of the language, or the identifier of another."""

    path: Path
    slot: Slot
    element: Element | None = None
    standard: Standard | None = None
    identifier: str = ""


@dataclass(eq=False)
class Element:
    """An element of a model, as far as it could be read."""

    kind: str
    context: LanguageContext
    path: Path
    parent: Element | None
    identifier: str = ""
    cotypes: tuple[CoType, ...] = ()
    links: dict[str, list[ElementLink]] = field(default_factory=dict)
    values: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def version(self) -> int:
        """The version of DTDL that it is written in."""
        return self.context.version

    @property
    def with_article(self) -> str:
        """Its kind in a sentence, such as "an Interface"."""
        return f"{'an' if self.kind[0] in 'AEIO' else 'a'} {self.kind}"

    def value(self, key: str) -> Any:
        """The plain value under a key, None where there is none that is right."""
        found = self.values.get(key)
        return found[0] if found else None

    def partition(self) -> Element:
        """The interface around it, within which elements can be referred to."""
        part: Element = self
        while part.kind != "Interface" and part.parent is not None:
            part = part.parent
        return part

    def has(self, name: str) -> bool:
        """Whether it has a type of an extension."""
        return any(each.name == name for each in self.cotypes)
