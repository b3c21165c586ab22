"""A device for rehearsals: what it sends, how it connects, and how it behaves while it runs."""
