import pytest
from hypothesis import given
from hypothesis import strategies as st

from warmline.protocol import base64url, tickets
from warmline.protocol.tickets import RefusedError

KEY = b"k" * 32
SID = tickets.session_digest("ada's session")
HOST = "warm.example"
NOW = 1_800_000_000_000


def issue(**changes: object) -> str:
    what: dict[str, object] = {"person": 9, "sid": SID, "aud": HOST, "now_ms": NOW}
    return tickets.issue(KEY, **(what | changes))  # type: ignore[arg-type]


def verify(token: str, **changes: object) -> tickets.Ticket:
    what: dict[str, object] = {"sid": SID, "aud": HOST, "now_ms": NOW}
    return tickets.verify(token, KEY, **(what | changes))  # type: ignore[arg-type]


def refusal(token: str, **changes: object) -> str:
    with pytest.raises(RefusedError) as caught:
        verify(token, **changes)
    return caught.value.code


def test_ticket_says_what_was_issued() -> None:
    ticket = verify(issue(room=4, seat=2, topics=["person:9"]))
    assert (ticket.person, ticket.room, ticket.seat) == (9, 4, 2)
    assert ticket.topics == ("person:9",)
    assert ticket.exp == NOW + 30_000
    assert len(base64url.decode(ticket.jti)) == 16


def test_two_tickets_never_share_a_jti() -> None:
    assert verify(issue()).jti != verify(issue()).jti


def test_ticket_is_good_for_thirty_seconds() -> None:
    token = issue()
    assert verify(token, now_ms=NOW + 29_999)
    assert refusal(token, now_ms=NOW + 30_000) == "expired"


def test_ticket_from_the_future_opens_nothing() -> None:
    assert refusal(issue(), now_ms=NOW - 3_600_000) == "expired"


def test_foreign_session_host_and_key_are_refused() -> None:
    token = issue()
    assert refusal(token, sid=tickets.session_digest("eve's session")) == "session"
    assert refusal(token, aud="other.example") == "ticket"
    with pytest.raises(RefusedError) as caught:
        tickets.verify(token, b"another key", sid=SID, aud=HOST, now_ms=NOW)
    assert caught.value.code == "ticket"


@given(st.data())
def test_any_flipped_bit_is_refused(data: st.DataObject) -> None:
    token = bytearray(issue(room=4, seat=2).encode())
    place = data.draw(st.integers(0, len(token) - 1))
    token[place] ^= 1 << data.draw(st.integers(0, 6))
    assert refusal(token.decode()) == "ticket"


@given(st.text(max_size=100) | st.binary(max_size=60).map(lambda b: f"v1.{base64url.encode(b)}."))
def test_garbage_is_refused(token: str) -> None:
    assert refusal(token) == "ticket"


def test_oversized_token_is_refused_unread() -> None:
    assert refusal("v1." + "A" * 4000 + "." + "A" * 43) == "ticket"


def test_signed_nonsense_is_refused() -> None:
    for payload in (b"{}", b"[]", b"\xff", b'{"jti":"short"}'):
        text = base64url.encode(payload)
        mac = base64url.encode(tickets._mac(KEY, "v1", text))
        assert refusal(f"v1.{text}.{mac}") == "ticket"


def test_room_goes_with_a_seat() -> None:
    with pytest.raises(ValueError, match="together"):
        issue(room=4)
    with pytest.raises(ValueError, match="together"):
        issue(seat=1)


def test_resume_token_opens_the_same_for_ten_minutes() -> None:
    ticket = verify(issue(room=4, seat=2))
    token = tickets.issue_resume(KEY, ticket, now_ms=NOW)
    again = verify(token, now_ms=NOW + 599_999)
    assert (again.person, again.room, again.seat, again.sid) == (9, 4, 2, SID)
    assert again.jti != ticket.jti
    assert refusal(token, now_ms=NOW + 600_000) == "expired"
    assert tickets.issued_ms(token, again) == NOW


def test_resume_token_is_no_ticket() -> None:
    token = tickets.issue_resume(KEY, verify(issue()), now_ms=NOW)
    assert refusal("v1" + token[2:]) == "ticket"
