"""What the rules find: on record once, for supervision to judge."""
