"""Checks of a SAS token: whether it is whole, current, for the right resource, and made by the right key."""
