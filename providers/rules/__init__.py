"""Numbers that carry their own check: no Django, no clock."""
