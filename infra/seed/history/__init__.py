"""Half a year of the sample city: cases of all items in all states, made through the real rules."""
