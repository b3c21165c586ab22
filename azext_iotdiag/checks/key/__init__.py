"""Checks of what a device proves itself with: its string, its key, its certificate."""
