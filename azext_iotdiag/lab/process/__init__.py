"""The process that a lab runs in, and the commands about it."""
