"""Following a case without signing in."""

from chalicelib.casework.acts import Case
from chalicelib.casework.use_cases import repository
from chalicelib.kernel import guesses, ids, typed_numbers
from chalicelib.kernel.errors import NotFound


def follow(number: str, code: str, phone_last4: str) -> Case:
    """The case, if code and telephone digits are its own.

    Raises NotFound, or TooMany after five wrong tries.

    Wrong codes never lock out who has the right one (80 bits cannot be guessed, so counting them
    only slows a flood); the four digits are few, so wrong ones under the right code do lock.
    """
    try:
        case, entries = repository.load(repository.find(number))
    except NotFound:
        raise guesses.wrong("code", number) from None
    right_code = typed_numbers.tracking_code(ids.tracking_code(entries[0].stream))
    if not guesses.are_equal(typed_numbers.tracking_code(code), right_code):
        raise guesses.wrong("code", number)
    guesses.check_open("digits", number)
    phone = case.submission.contact.get("phone", "")
    if not guesses.are_equal(phone_last4, phone[-4:]):
        raise guesses.wrong("digits", number)
    return case
