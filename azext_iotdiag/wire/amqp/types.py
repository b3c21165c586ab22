"""Python types for the AMQP types that Python has no own word for (AMQP 1.0 part 1, section 1.6)."""

from __future__ import annotations

from typing import Any, NamedTuple


class Symbol(str):
    """ASCII text from a constrained domain. Equal to, and hashed as, the same str."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Symbol({str.__repr__(self)})"


class Char(str):
    """A single Unicode character."""

    __slots__ = ()


class UByte(int):
    """0 to 2^8 - 1."""

    __slots__ = ()


class UShort(int):
    """0 to 2^16 - 1."""

    __slots__ = ()


class UInt(int):
    """0 to 2^32 - 1."""

    __slots__ = ()


class ULong(int):
    """0 to 2^64 - 1."""

    __slots__ = ()


class Byte(int):
    """-2^7 to 2^7 - 1."""

    __slots__ = ()


class Short(int):
    """-2^15 to 2^15 - 1."""

    __slots__ = ()


class Int(int):
    """-2^31 to 2^31 - 1. A plain int is a long: -2^63 to 2^63 - 1."""

    __slots__ = ()


class Float(float):
    """A 32 bit float. A plain float is a double."""

    __slots__ = ()


class Timestamp(int):
    """Milliseconds since 1970-01-01T00:00:00Z."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Timestamp({int.__repr__(self)})"


class Decimal(bytes):
    """An IEEE 754-2008 decimal as sent: 4, 8 or 16 bytes, not interpreted."""

    __slots__ = ()


class Described(NamedTuple):
    """A value with a descriptor (a symbol or an unsigned long, in practice) that says what it means."""

    descriptor: Any
    value: Any


class Array(list[Any]):
    """Values that are all of one type."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Array({list.__repr__(self)})"
