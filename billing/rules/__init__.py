"""The arithmetic of what is owed: pure functions of values and days, each with its reasons."""
