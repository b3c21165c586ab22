"""Checks of where a device stands: enrolled, registered, in its hub, connected, with a model."""
