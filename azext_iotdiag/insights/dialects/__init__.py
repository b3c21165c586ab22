"""What the clients of devices print: a module for each family. `catalogue` alone names them."""
