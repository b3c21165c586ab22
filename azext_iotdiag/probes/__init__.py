"""One file for each thing that is measured: `measure` returns frozen data and never judges."""
