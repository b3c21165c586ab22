"""Patterns in the rows of a resource log, one file for each kind of misbehaviour. All are pure functions on rows."""
