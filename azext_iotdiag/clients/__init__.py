"""The services as seen from here: one file per service. All authenticated traffic leaves through this folder."""
