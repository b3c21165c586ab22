"""The failures that the lab provokes on request."""
