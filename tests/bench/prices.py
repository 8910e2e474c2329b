"""AWS list prices in US dollars (us-east-1), and what a counted basket costs per million cases."""

from collections.abc import Mapping

MILLION = 1_000_000

# The parts of ``usd_per_million_cases``: what is counted -> dollars for one of it.
PRICES: Mapping[str, float] = {
    "state_transitions": 25 / MILLION,
    "api_requests": 3.50 / MILLION,
    "write_units": 0.625 / MILLION,
    "read_units": 0.125 / MILLION,
    "events": 1.00 / MILLION,
    "log_bytes": 0.50 / 1e9,
    "function_invocations": 0.20 / MILLION,
    "function_gb_seconds": 0.0000133,
}

# Other services that a case uses, printed beside and not part of the goal.
BESIDE: Mapping[str, float] = {
    "s3_posts": 5.00 / MILLION,
    "s3_gets": 0.40 / MILLION,
    "kms_signatures": 15.00 / MILLION,
    "sqs_requests": 0.40 / MILLION,
    "ses_mails": 100.00 / MILLION,
}


def per_million_cases(
    counted: Mapping[str, float], prices: Mapping[str, float]
) -> dict[str, float]:
    """Dollars per million cases for what one case was counted to use. Raises KeyError for an
    uncounted part.
    """
    return {part: counted[part] * price * MILLION for part, price in prices.items()}
