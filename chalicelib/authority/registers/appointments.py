"""Use cases on appointments and absences: an act and the grants that follow from it, in one
transaction.
"""

from chalicelib.authority import grants
from chalicelib.authority.acts import (
    AbsenceRequest,
    Appointment,
    AppointmentRequest,
    Career,
    absences,
    careers,
    fold,
    periods,
)
from chalicelib.authority.grants import rows
from chalicelib.authority.registers.writing import By, Prepared, answered, commit, entry_of, retried
from chalicelib.kernel import stores
from chalicelib.kernel.journal import Act, Entry, TransactionalWrite

MAX_CHARACTERS = 140


def appoint(order: AppointmentRequest, by: By) -> Appointment:
    """Appoint a person. Raises as ``careers.appoint`` does."""
    made = retried(lambda: commit(prepare(order, by)))
    return career_of(order.person).find(made)


def prepare(order: AppointmentRequest, by: By) -> Prepared:
    """The appointment, ready to be written. Raises as ``careers.appoint`` does."""
    stream, entries = _read(order.person)
    row = grants.store().get(grants.post_key(order.post), grants.OF_POST)
    appointment = f"{order.person}.{len(entries) + 1}"
    made = careers.appoint(
        fold(order.person, entries), rows.is_known(row), order, appointment, by.now
    )
    entry = entry_of(stream, entries, made, by)
    writes = rows.of_career(fold(order.person, [*entries, entry]), order.post, by.now)
    return Prepared(appointment, (entry,), (*writes, *_again(order.post)))


def end(appointment: str, by: By) -> Appointment:
    """End an appointment at once; repeating the request returns the same. Raises NotFound,
    Conflict.
    """
    return retried(lambda: _end(appointment, by))


def _end(appointment: str, by: By) -> Appointment:
    person = person_of(appointment)
    stream, entries = _read(person)
    if done := answered(entries, by.request):
        return fold(person, entries[: done.seq]).find(appointment)
    known = fold(person, entries)
    acts, substitutes = [*careers.end(known, appointment, by.now)], dict[str, list[Act]]()
    for absence in known.absences:  # who stands in for nobody stands there no longer
        if absence.appointment == appointment and not periods.is_over(absence.span, by.now):
            mine, theirs = absences.end(known, absence.id, by.now)
            acts.append(mine)
            substitutes.setdefault(absence.substitute, []).append(theirs)
    entry = entry_of(stream, entries, acts, by)
    career = fold(person, [*entries, entry])
    ended = career.find(appointment)
    others = [_no_substitute(name, ended.post, made, by) for name, made in substitutes.items()]
    writes = [
        *rows.of_career(career, ended.post, by.now),
        *(row for _, told in others for row in told),
    ]
    commit(Prepared(appointment, (entry, *(other for other, _ in others)), tuple(writes)))
    return ended


def _no_substitute(
    person: str, post: str, acts: list[Act], by: By
) -> tuple[Entry, list[TransactionalWrite]]:
    """The entry by which a substitute holds a post no longer, and the rows that follow."""
    stream, entries = _read(person)
    entry = entry_of(stream, entries, acts, by)
    return entry, rows.of_career(fold(person, [*entries, entry]), post, by.now)


def prepare_absence(wish: AbsenceRequest, by: By) -> Prepared:
    """The absence and its substitute, ready to be written. Raises as ``absences.grant`` does."""
    (stream, entries), (other, others) = _read(wish.person), _read(wish.substitute)
    away, stand_in = fold(wish.person, entries), fold(wish.substitute, others)
    absence = f"{wish.person}.{len(entries) + 1}"
    acts = absences.grant(away, stand_in, wish, absence, by.now)
    made = entry_of(stream, entries, acts[:1], by), entry_of(other, others, acts[1:], by)
    writes = [
        *rows.of_career(fold(wish.person, [*entries, made[0]]), wish.post, by.now),
        *rows.of_career(fold(wish.substitute, [*others, made[1]]), wish.post, by.now),
        *_again(wish.post),
    ]
    return Prepared(absence, made, tuple(writes))


def end_absence(absence: str, by: By) -> careers.Absence:
    """Back at work at once; repeating the request returns the same. Raises NotFound, Conflict."""
    return retried(lambda: _end_absence(absence, by))


def _end_absence(absence: str, by: By) -> careers.Absence:
    person = person_of(absence)
    stream, entries = _read(person)
    if done := answered(entries, by.request):
        return fold(person, entries[: done.seq]).absence(absence)
    known = fold(person, entries).absence(absence)
    mine, theirs = absences.end(fold(person, entries), absence, by.now)
    entry = entry_of(stream, entries, (mine,), by)
    away = fold(person, [*entries, entry])
    other, writes = _no_substitute(known.substitute, known.post, [theirs], by)
    commit(Prepared(absence, (entry, other), (*rows.of_career(away, known.post, by.now), *writes)))
    return away.absence(absence)


def person_of(appointment: str) -> str:
    """Who is appointed or absent by that id: ``<person>.<n>``."""
    return appointment.rpartition(".")[0] if len(appointment) <= MAX_CHARACTERS else ""


def career_of(person: str) -> Career:
    """The person's appointments and absences, read consistently."""
    return fold(person, _read(person)[1])


def _read(person: str) -> tuple[str, list[Entry]]:
    stream = f"appointments#{person}"
    return stream, stores.journal().read(stream)


def _again(post: str) -> list[TransactionalWrite]:
    row = rows.post_again(post)
    return [row] if row else []
