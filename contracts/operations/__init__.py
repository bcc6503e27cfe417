"""What writes contracts: one verb a function, one transaction, days and instants passed in."""
