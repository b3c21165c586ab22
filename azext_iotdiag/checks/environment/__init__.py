"""Checks of the machine that this runs on."""
