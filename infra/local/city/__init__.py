"""What stands around the sample city on the embedded AWS: its people, their sign-in, their payments."""
