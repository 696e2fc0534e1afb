"""Operation: is every source alive, how late, what was rejected."""
