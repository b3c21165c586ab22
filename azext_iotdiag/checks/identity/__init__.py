"""Checks of what a hub says of a device: whether it knows it, lets it in, and has seen it."""
