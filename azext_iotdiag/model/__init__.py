"""The words the tool speaks: plain data with no input or output of its own; only the standard library is imported."""
