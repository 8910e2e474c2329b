"""From an empty form to a receipt: uploads, checks, filing, supplementing."""
