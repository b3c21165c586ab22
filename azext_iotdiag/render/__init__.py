"""Results become text, data and other forms here; nothing here prints."""
