"""Statistics: counters that the feed keeps, each entry counted once, and what is read of them."""
