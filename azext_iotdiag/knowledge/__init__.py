"""What codes and statuses mean: entries only, one file an area. All are in `catalogue`; by name, with `lookup.find`."""
