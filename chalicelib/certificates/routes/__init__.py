"""Certificates over HTTP."""

from chalicelib.certificates.routes import certificates

doors = (certificates.door,)
