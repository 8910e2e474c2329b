"""What is forgotten of a case when the time is over for which it is kept."""
