"""`/api/v1/`: the programming interface. The same access functions and operations as the pages."""
