"""What stands around the sample city on the embedded AWS: its people, sign-in and payments."""
