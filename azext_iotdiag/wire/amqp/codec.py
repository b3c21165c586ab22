"""The AMQP 1.0 type system to bytes and back; the composite types are in performatives.py."""

from __future__ import annotations

from azext_iotdiag.wire.amqp.decoding import DecodeError, decode
from azext_iotdiag.wire.amqp.encoding import encode

__all__ = ["DecodeError", "decode", "encode"]
