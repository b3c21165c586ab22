"""A request over HTTPS and its answer, as the lab's services see them: plain data, no connection."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, unquote

from cryptography import x509

from azext_iotdiag.lab.net import incoming


class BadBody(ValueError):
    """The body is not what its sender says it is."""


@dataclass(frozen=True)
class Request:
    """One request. `target` is as sent; `host` is the name that was asked for, without a port, in lower case.

    The names in `headers` are in lower case; `chain` is what the client showed in the TLS
    handshake, its own certificate first, unverified. `written` holds the names of headers as they came, by those in
    lower case.
    """

    method: str
    target: str
    host: str
    headers: Mapping[str, str]
    body: bytes = b""
    peer: str = ""
    chain: tuple[x509.Certificate, ...] = ()
    written: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def segments(self) -> tuple[str, ...]:
        """The parts of the path, decoded one by one: an encoded slash stays within its part."""
        return tuple(unquote(part) for part in self.target.partition("?")[0].split("/") if part)

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """As `segments`, with those that are empty between two slashes."""
        return tuple(unquote(part) for part in self.target.partition("?")[0].strip("/").split("/"))

    @cached_property
    def path(self) -> str:
        """The path without its query and last slash, decoded."""
        return unquote(self.target.partition("?")[0]).rstrip("/") or "/"

    @cached_property
    def query(self) -> dict[str, str]:
        """The parameters of the query, the last of a name counting."""
        return dict(parse_qsl(self.target.partition("?")[2], keep_blank_values=True))

    @property
    def form(self) -> dict[str, str]:
        """The fields of an HTML form. Raises BadBody."""
        try:
            return dict(parse_qsl(self.body.decode("utf-8"), keep_blank_values=True))
        except ValueError as error:
            raise BadBody("the body is no form in UTF-8") from error

    def data(self) -> Any:
        """The body as JSON. Raises BadBody."""
        try:
            return incoming.read(self.body)
        except incoming.BadJson as error:
            raise BadBody(f"the body is no JSON: {error}") from error


@dataclass(frozen=True)
class Answer:
    """What a service says: a status, a body that becomes JSON (or goes out as it is, where it is bytes), headers.

    `kind` is the type of a body of bytes. `who` and `reason` go into the audit log and not onto the wire; `by_device`
    says that a device asked. `code` is the hub's own code where it refused.
    """

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    who: str = ""
    reason: str = ""
    kind: str = "application/octet-stream"
    by_device: bool = False
    code: int = 0

    def content(self) -> tuple[bytes, str]:
        """The bytes of the body and their type; both empty where there is none."""
        if self.body is None:
            return b"", ""
        if isinstance(self.body, bytes):
            return self.body, self.kind
        # Half a surrogate pair would have no bytes; as the escape that stands for it, it is JSON.
        text = json.dumps(self.body, ensure_ascii=False).encode("utf-8", "backslashreplace")
        return text, "application/json; charset=utf-8"
