"""The resource manager."""
