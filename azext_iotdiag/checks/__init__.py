"""The checks: one file each, which judges facts and never measures. `catalogue` lists them all in order."""
