"""The published Cedar policies, the engine that is asked, and which of them were in force when."""
