"""What the commands run: one module for each command group. Everything of ours is imported inside the functions."""
