"""E-mail: what is written (`letters`), how it is handed over (`courier`)."""
