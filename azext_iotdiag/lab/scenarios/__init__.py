"""Scenarios: devices that live in a lab from its start, each with its twin, its telemetry and its trouble."""
