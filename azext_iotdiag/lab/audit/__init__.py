"""What happened in the lab, and how people read it."""
