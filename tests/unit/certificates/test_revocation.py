"""What is revoked is so for everybody: on record, on the check page, and in the signed list for who
asks nobody.
"""

import base64
import json
import zlib
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import certificates
from chalicelib.casework import handlers
from chalicelib.certificates import signing, status_lists, views
from chalicelib.certificates.acts import StatusIndex
from chalicelib.certificates.routes.certificates import door
from chalicelib.certificates.status_lists import BLOCK, LIFE, SIZE, packed, place
from chalicelib.certificates.verify import InvalidCertificate, verify
from chalicelib.kernel import authorization, cache, clock
from chalicelib.kernel.errors import NotFound, Unavailable
from chalicelib.kernel.http.serving import serve
from chalicelib.kernel.journal import AppendConflict
from tests.support.builders.certificates import BASE, ID, Kms, facts, kms, now  # noqa: F401  # kms is a fixture
from tests.support.caller import Caller

OTHER = "URB-2026-W-000002-1"


def issued(identity: str = ID) -> str:
    return certificates.read(certificates.issue(facts(identity))).jwt


def is_valid(text: str) -> dict[str, Any]:
    return verify(text, certificates.public_keys(), now(), status_lists.token(0))


def bits(token: str) -> bytes:
    body = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    packed = claims["status_list"]["lst"]
    return zlib.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))


def test_a_list_is_there_with_the_first_certificate(kms: Kms) -> None:  # noqa: F811
    with pytest.raises(NotFound):
        status_lists.token(0)
    text = issued()
    assert bits(status_lists.token(0)) == bytes(SIZE // 8)
    assert is_valid(text)["jti"] == ID


def test_a_revoked_certificate_is_so_everywhere_and_its_neighbour_is_not(kms: Kms) -> None:  # noqa: F811
    text, other = issued(), issued(OTHER)
    certificates.revoke(ID, "promise-broken", clock.now())
    with pytest.raises(InvalidCertificate, match="revoked"):
        is_valid(text)
    assert is_valid(other)["jti"] == OTHER
    anyone = Caller(door)
    status = anyone("GET", "/certificates/{certificate}/status", certificate=ID).body
    assert status["status"] == "revoked" and status["revoked_at"]
    assert (
        anyone("GET", "/certificates/{certificate}/status", certificate=OTHER).body["revoked_at"]
        is None
    )


def test_revoking_again_changes_nothing_and_signs_nothing(kms: Kms, memory: Any) -> None:  # noqa: F811
    issued()
    certificates.revoke(ID, "promise-broken", clock.now())
    entries, signed = dict(memory[0].entries), kms.signed
    certificates.revoke(ID, "another ground", clock.now())
    assert (dict(memory[0].entries), kms.signed) == (entries, signed)


def test_a_revocation_that_broke_off_before_signing_is_finished(
    kms: Kms,  # noqa: F811
    memory: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = issued()
    with monkeypatch.context() as broken:
        broken.setattr(memory[1], "put", lambda row, expect: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            certificates.revoke(ID, "promise-broken", clock.now())
    assert is_valid(text)
    certificates.revoke(ID, "promise-broken", clock.now())
    with pytest.raises(InvalidCertificate, match="revoked"):
        is_valid(text)


def test_who_loses_the_race_for_the_list_signs_what_both_have_revoked(
    kms: Kms,  # noqa: F811
    memory: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    texts = [issued(), issued(OTHER)]
    put, beaten = memory[1].put, []

    def late(row: Any, expect: int) -> bool:
        if not beaten:
            beaten.append(row)
            certificates.revoke(OTHER, "promise-broken", clock.now())
        return bool(put(row, expect))

    monkeypatch.setattr(memory[1], "put", late)
    certificates.revoke(ID, "promise-broken", clock.now())
    for text in texts:
        with pytest.raises(InvalidCertificate, match="revoked"):
            is_valid(text)


def test_a_revocation_beside_others_finds_its_turn_or_says_so(
    kms: Kms,  # noqa: F811
    memory: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    issued()
    append, left = memory[0].append, [3]

    def busy(*entries: Any) -> None:
        left[0] -= 1
        if left[0] >= 0:
            raise AppendConflict(entries[-1].stream)
        append(*entries)

    monkeypatch.setattr(memory[0], "append", busy)
    certificates.revoke(ID, "promise-broken", clock.now())
    assert certificates.read(ID).revoked_at
    left[0] = 99
    monkeypatch.setattr(
        memory[0], "entries", {k: e for k, e in memory[0].entries.items() if k[1] == 1}
    )
    with pytest.raises(Unavailable):
        certificates.revoke(ID, "promise-broken", clock.now())
    monkeypatch.setattr(memory[1], "put", lambda row, expect: False)
    monkeypatch.setattr(memory[1], "rows", {})
    with pytest.raises(Unavailable):
        status_lists.publish(0, clock.now())


def test_the_list_is_made_anew_from_the_journal(kms: Kms, memory: Any) -> None:  # noqa: F811
    issued()
    certificates.revoke(ID, "promise-broken", clock.now())
    before = bits(status_lists.token(0))
    memory[1].rows.clear()
    issued(OTHER)
    assert bits(status_lists.token(0)) == before


def test_issuing_signs_an_aging_list_anew(kms: Kms, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    text, began = issued(), clock.now()
    first = status_lists.token(0)
    with pytest.raises(InvalidCertificate, match="out of date"):
        verify(text, certificates.public_keys(), now() + LIFE, first)
    for passed, renewed in ((LIFE / 3, False), (LIFE * 2 / 3, True)):
        monkeypatch.setattr(clock, "now", lambda passed=passed: began + passed)
        issued(f"URB-2026-W-0{passed.days}000-1")
        assert (status_lists.token(0) != first) == renewed
    assert verify(text, certificates.public_keys(), now() + LIFE, status_lists.token(0))


def test_a_list_of_another_place_or_key_says_nothing(kms: Kms) -> None:  # noqa: F811
    text, keys = issued(), certificates.public_keys()
    status_lists.publish(1, clock.now())
    with pytest.raises(InvalidCertificate, match="another status list"):
        verify(text, keys, now(), status_lists.token(1))
    with pytest.raises(InvalidCertificate, match="not a statuslist"):
        verify(text, keys, now(), signing.sign({"sub": "x"}, "dc+sd-jwt")[0])
    token = status_lists.token(0)
    with pytest.raises(InvalidCertificate, match="not genuine"):
        verify(text, keys, now(), token[:-6] + ("AAAAAA" if token[-6:] != "AAAAAA" else "BBBBBB"))


def test_a_list_that_does_not_reach_so_far_says_nothing(kms: Kms) -> None:  # noqa: F811
    claims = {"sub": f"{BASE}/certificates/status-lists/0", "exp": 9e9}
    text, short = issued(), status_lists.base64url(zlib.compress(b""))
    token, _ = signing.sign(claims | {"status_list": {"bits": 1, "lst": short}}, "statuslist+jwt")
    with pytest.raises(InvalidCertificate, match="does not name it"):
        verify(text, certificates.public_keys(), now(), token)


@given(st.sets(st.integers(0, SIZE - 1), max_size=40))
def test_exactly_the_bits_that_are_set_are_set(indexes: set[int]) -> None:
    lst = packed(indexes)
    raw = zlib.decompress(base64.urlsafe_b64decode(lst + "=" * (-len(lst) % 4)))
    assert {i for i in range(SIZE) if raw[i // 8] >> (i % 8) & 1} == indexes


def test_bits_stand_as_the_specification_counts_them() -> None:
    """Its example: 0xB9 0xA3 are the statuses 1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1 of
    indexes 0 to 15.
    """
    statuses = [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]
    lst = packed(i for i, status in enumerate(statuses) if status)
    assert zlib.decompress(base64.urlsafe_b64decode(lst + "=" * (-len(lst) % 4)))[:2] == b"\xb9\xa3"


# ---- where a certificate's status stands
# ------------------------------------------------------------------------


def test_no_two_certificates_share_a_place_and_each_keeps_its_own(kms: Kms) -> None:  # noqa: F811
    registers = ("URB-2026-W", "URB-2026-C", "DPF-2026-W", "URB-2027-W")
    serials = (1, 2, BLOCK - 1, BLOCK, BLOCK + 1, 5 * BLOCK, 999_999_999)
    known = [
        f"{r}-{serial:06d}-{count}" for r in registers for serial in serials for count in (1, 2)
    ]
    places = {identity: place(identity, clock.now()) for identity in known}
    assert len(set(places.values())) == len(known)
    assert all(0 <= spot.idx < SIZE for spot in places.values())
    assert places == {identity: place(identity, clock.now()) for identity in reversed(known)}


def test_a_full_list_is_followed_by_the_next(kms: Kms) -> None:  # noqa: F811
    blocks = SIZE // BLOCK
    spots = [
        place(f"URB-2026-W-{serial:06d}-1", clock.now())
        for serial in range(0, (blocks + 1) * BLOCK, BLOCK)
    ]
    assert [spot.list for spot in spots] == [0] * blocks + [1]
    assert spots[-1] == StatusIndex(1, 0)
    assert bits(status_lists.token(1)) == bytes(SIZE // 8)


def test_two_who_ask_for_a_block_at_once_get_two(
    kms: Kms,  # noqa: F811
    memory: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    append, inside = memory[0].append, list[StatusIndex]()

    def beaten(*entries: Any) -> None:
        monkeypatch.setattr(memory[0], "append", append)
        inside.append(place("DPF-2026-W-000001-1", clock.now()))
        append(*entries)

    monkeypatch.setattr(memory[0], "append", beaten)
    assert (place(ID, clock.now()), inside) == (StatusIndex(0, BLOCK + 1), [StatusIndex(0, 1)])
    monkeypatch.setattr(
        memory[0], "append", lambda *entries: (_ for _ in ()).throw(AppendConflict())
    )
    with pytest.raises(Unavailable):
        place("FIR-2026-W-000001-1", clock.now())


def test_an_id_without_a_serial_has_no_place(kms: Kms) -> None:  # noqa: F811
    with pytest.raises(ValueError, match="a case's number"):
        place("certificate", clock.now())


# ---- over HTTP
# -----------------------------------------------------------------------------------------------------


def ask(path: str, **parts: str) -> Any:
    route, handler = next((r, h) for r, h in door.routes.items() if r.path == path)
    raw = type(
        "Raw", (), {"headers": {"accept-language": "en"}, "query_params": None, "context": {}}
    )
    gate: authorization.PolicyEngine = None  # type: ignore[assignment]  # a public route asks nobody
    return serve(route, gate, handler, raw, parts)


def test_anyone_fetches_a_list(kms: Kms) -> None:  # noqa: F811
    issued()
    answer = ask("/certificates/status-lists/{list}", list="0")
    assert (answer.status_code, answer.body) == (200, status_lists.token(0))
    assert answer.headers["Content-Type"] == "application/statuslist+jwt"


@pytest.mark.parametrize("name", ["1", "-1", "x", "", "0x0", "9" * 30, "٣"])
def test_a_list_that_is_not_there_is_404(kms: Kms, name: str) -> None:  # noqa: F811
    issued()
    assert ask("/certificates/status-lists/{list}", list=name).status_code == 404


def test_times_of_a_list_are_those_of_official_time(kms: Kms) -> None:  # noqa: F811
    issued()
    body = status_lists.token(0).split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    assert claims["exp"] - claims["iat"] == LIFE.total_seconds()
    assert abs(claims["iat"] - now().timestamp()) < timedelta(minutes=5).total_seconds()


# ---- by the clock, and with other keys
# -----------------------------------------------------------------------------


def test_a_list_is_signed_anew_by_the_clock_where_nothing_is_issued(
    kms: Kms,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text, began = issued(), clock.now()
    assert handlers.sign_certificate(SCHEDULED) == {"renewed": 0}
    for days in range(1, 400):
        moment = began + timedelta(days=days)
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        handlers.sign_certificate(SCHEDULED)
        assert verify(text, certificates.public_keys(), moment, status_lists.token(0))
    assert kms.signed == 2 + 399 // 46, "once every half of its life, and no oftener"


def test_every_list_is_looked_at(kms: Kms, memory: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    blocks = SIZE // BLOCK
    for serial in range(0, (blocks + 1) * BLOCK, BLOCK):
        place(f"URB-2026-W-{serial:06d}-1", clock.now())
    later = clock.now() + LIFE * 2 / 3
    monkeypatch.setattr(clock, "now", lambda: later)
    assert certificates.renew_all(later) == 2
    memory[1].rows.clear()
    assert certificates.renew_all(later) == 2, "also what is not there"
    assert certificates.renew_all(later) == 0


def test_without_certificates_there_is_nothing_to_renew(kms: Kms) -> None:  # noqa: F811
    assert certificates.renew_all(clock.now()) == 0


def test_keys_of_earlier_certificates_stay_published(
    kms: Kms,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    texts, kids = [issued()], [views.public_key()["kid"]]
    for number in range(2, 4):
        monkeypatch.setattr(kms, "key", Kms().key)  # another key under the same alias
        cache.clear()
        published = {key["kid"] for key in certificates.public_keys()["keys"]}
        assert published == {*kids, views.public_key()["kid"]}, "also before it has signed"
        texts.append(issued(f"URB-2026-W-00000{number}-1"))
        status_lists.publish(0, now() + LIFE)
        kids.append(views.public_key()["kid"])
        cache.clear()
    keys = certificates.public_keys()
    assert len(set(kids)) == len(keys["keys"]) == 3
    for text in texts:
        assert verify(text, keys, now(), status_lists.token(0))


def test_a_key_is_put_on_record_once(kms: Kms, memory: Any) -> None:  # noqa: F811
    issued()
    cache.clear()
    issued(OTHER)
    assert len(memory[0].read(views.KEYS)) == 1


SCHEDULED = {"detail-type": "Scheduled Event", "detail": {}}
