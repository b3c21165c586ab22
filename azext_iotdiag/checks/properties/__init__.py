"""Checks of watching properties."""
