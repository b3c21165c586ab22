"""AMQP 1.0 (OASIS, ISO/IEC 19464): types, performatives, frames and messages, without I/O."""
