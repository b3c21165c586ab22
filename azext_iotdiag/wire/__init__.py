"""Protocols as codecs and state machines: bytes in, bytes out; no sockets, no clock, nothing of Azure."""
