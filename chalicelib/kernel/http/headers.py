"""The headers that every answer has, whatever it says."""

Headers = dict[str, str | list[str]]

# Two years, as browsers' own lists ask for; over plain HTTP browsers do not heed it.
HTTPS_ONLY = "max-age=63072000; includeSubDomains"


def common(language: str, correlation_id: str) -> Headers:
    """Of an answer in this language."""
    return {
        "Content-Language": language,
        "Cache-Control": "no-store",
        "X-Correlation-Id": correlation_id,
        "X-Content-Type-Options": "nosniff",
        "Strict-Transport-Security": HTTPS_ONLY,
    }
