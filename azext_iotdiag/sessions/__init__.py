"""Long-running commands as generators of typed events. Nothing here prints, and nothing knows az."""
