"""The one door for HTTP: what a route declares, and all that is done for every request."""
