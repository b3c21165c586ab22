"""Saved queries: each is a file of KQL, and beside it a function that makes the same table of the same rows."""
