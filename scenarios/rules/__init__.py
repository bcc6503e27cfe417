"""The file of a scenario and the matching of its expectations: pure values, no database."""
