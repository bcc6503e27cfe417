"""What moves money or numbers: one verb a function, one transaction, the day passed in."""
