"""How a case is shown, and what stands in inboxes."""
