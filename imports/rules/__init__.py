"""Reading tables that somebody sent: pure functions from bytes to text, from text to values."""
