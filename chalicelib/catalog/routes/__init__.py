"""The catalogue over HTTP: items and flows for everybody, publishing for those who answer for
it.
"""

from chalicelib.catalog.routes import browsing, flows, items, publishing

doors = (
    items.door,
    browsing.door,
    flows.door,
    publishing.door,
)
