"""Entra ID."""
