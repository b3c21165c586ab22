"""Checks of what a hub does with a device that is played here."""
