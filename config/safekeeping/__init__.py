"""Backups: made by the one role that may read everything, counted for only once restored (R24)."""
