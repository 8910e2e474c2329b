"""Numbers for tests, right by their rules."""

CHECKS = "10X98765432"


def with_check_digit(digits: str) -> str:
    """Seventeen digits as the identity number that they begin (GB 11643-1999)."""
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(digits))
    return digits + CHECKS[total % 11]
