"""What can be done with a case: by its parties, by officers, by who reads it."""
