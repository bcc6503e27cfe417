"""The law and the arithmetic of a contract, as values that answer: no Django, no clock."""
