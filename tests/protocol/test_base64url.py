import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warmline.protocol import base64url


@given(st.binary(max_size=300))
def test_round_trip(data: bytes) -> None:
    text = base64url.encode(data)
    assert text == base64.urlsafe_b64encode(data).decode().rstrip("=")
    assert base64url.decode(text) == data


@given(st.text(alphabet="ABab01-_+/=\n é", max_size=12))
def test_only_one_spelling_is_accepted(text: str) -> None:
    try:
        data = base64url.decode(text)
    except ValueError:
        return
    assert base64url.encode(data) == text


@pytest.mark.parametrize("text", ["A", "AB", "AAB", "AA==", "+/+/", "AAA\n", "ÄÄÄÄ", "A A A"])
def test_foreign_spellings_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not base64url"):
        base64url.decode(text)
