"""What codes and statuses mean: entries only, one file an area. Look one up with `catalogue.find`."""
