"""Live and recorded messages: iterators in, iterators out."""
