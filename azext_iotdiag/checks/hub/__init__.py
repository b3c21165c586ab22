"""Checks of what is asked of a hub itself."""
