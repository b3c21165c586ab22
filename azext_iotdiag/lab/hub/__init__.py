"""The lab's hub: what it knows, whatever protocol asks."""
