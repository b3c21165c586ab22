"""Checks of a stream of messages: whether it could be read, and what came out of it."""
