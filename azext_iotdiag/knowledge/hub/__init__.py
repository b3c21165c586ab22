"""What the six-digit codes of an IoT hub mean, one file a family. All in `catalogue`; by name, with `lookup.find`."""
