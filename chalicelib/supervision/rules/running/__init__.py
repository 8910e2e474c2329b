"""Running the rules: as acts happen, over what was on record before a rule was, and on trial."""
