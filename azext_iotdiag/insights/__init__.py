"""What logs mean: codes found in text. Pure: text in, entries of the knowledge base out."""
