"""From an account to a service that is open: find it by name, choose a key or a token, name the right that lacks."""
