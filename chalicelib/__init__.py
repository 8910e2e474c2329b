"""Sunlit: an e-government backend in which every exercise of public power runs in the open."""
