"""The hub's REST API."""
