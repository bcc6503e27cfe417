"""Bringing files in: read, checked, done in one transaction, undone."""
