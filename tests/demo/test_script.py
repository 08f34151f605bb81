"""The words of a simulated volunteer."""

from __future__ import annotations

import pytest

from warmline.demo import script
from warmline.demo.cast import HERON, LINDEN, SIMULATED_VOLUNTEERS
from warmline.demo.letters import Said

MINUTE = 60_000
TIME = {"granted_ms": 20 * MINUTE, "left_ms": 15 * MINUTE}
BEGUN = [Said(True, script.HELLO), Said(True, script.OPENING)]


def answer(*texts: str | None, after: list[Said] | None = None, **time: int) -> str | None:
    said = (BEGUN if after is None else after) + [Said(False, text) for text in texts]
    return script.next_line(LINDEN, said, **(time or TIME))


@pytest.mark.parametrize("who", SIMULATED_VOLUNTEERS)
def test_first_words_say_that_it_is_simulated_and_whom_to_call(who: script.Simulated) -> None:
    first = script.next_line(who, [], **TIME)

    assert first is not None
    assert "I am simulated" in first
    assert "not a person" in first
    assert "call your local emergency number" in first
    assert "20 minutes" in first


def test_hello_is_followed_by_an_open_question_then_it_listens() -> None:
    assert answer(after=BEGUN[:1]) == script.OPENING
    assert answer() is None


def test_words_written_before_the_hello_are_answered() -> None:
    said = [Said(False, "my boss shouts at me"), Said(True, script.HELLO)]

    assert "Work" in (script.next_line(LINDEN, said, **TIME) or "")


@pytest.mark.parametrize(
    "text",
    [
        "I want to kill myself",
        "i don’t want to live anymore",
        "I have thought about suicide",
        "I took an overdose",
        "he beats me",
        "I am going to end it all tonight",
        "I cut myself again",
        "I am not safe here",
        "everybody would be better off without me",
        "my friend wants to die",
        "I can't go on",
    ],
)
def test_danger_or_what_may_be_danger_comes_before_everything_else(text: str) -> None:
    for said in (
        answer(text),
        answer(text, "thanks, bye"),
        answer(text, **TIME | {"left_ms": MINUTE}),
    ):
        assert said == script.DANGER
    assert "this is a demo" in script.DANGER
    assert "call your local emergency number" in script.DANGER


def test_danger_again_is_answered_again() -> None:
    said = [*BEGUN, Said(False, "I want to die"), Said(True, script.DANGER)]

    assert answer("I mean it, I want to die", after=said) == script.DANGER_AGAIN
    assert answer(after=said) is None
    assert script.next_line(LINDEN, said, **TIME, quiet=True) is None


@pytest.mark.parametrize(
    "text", ["are you a bot?", "Are you real?", "is this a real person", "who are you"]
)
def test_whoever_asks_hears_that_it_is_no_person(text: str) -> None:
    assert answer(text) == script.NOT_A_PERSON


def test_reflects_what_was_said_and_asks_an_open_question() -> None:
    assert "nights" in (answer("I can't sleep") or "")
    assert "alone" in (answer("I feel so lonely").lower() or "")  # type: ignore[union-attr]
    assert (answer("asdf qwer") or "").endswith("?")


def test_several_messages_get_one_answer() -> None:
    said = [*BEGUN, Said(False, "hm"), Said(False, "it is my exam")]
    first = script.next_line(LINDEN, said, **TIME)

    assert first is not None
    assert "pressure" in first
    assert script.next_line(LINDEN, [*said, Said(True, first)], **TIME) is None


def test_never_says_the_same_twice_while_there_is_something_else() -> None:
    said, lines = list(BEGUN), []
    for _ in range(len(script.OPEN_LINES)):
        said.append(Said(False, "zzz"))
        line = script.next_line(HERON, said, **TIME)
        assert line is not None
        said.append(Said(True, line))
        lines.append(line)

    assert sorted(lines) == sorted(script.OPEN_LINES)
    said.append(Said(False, "zzz"))
    assert script.next_line(HERON, said, **TIME) == lines[0]


def test_gives_no_advice_about_medicine() -> None:
    assert answer("should I take more medication?") == script.NO_ADVICE


def test_asked_about_itself_it_says_again_that_it_is_simulated() -> None:
    assert (answer("have you ever felt like that?") or "").startswith("I am simulated")


def test_says_goodbye_once_and_leaves_the_ending_to_the_other() -> None:
    said = [*BEGUN, Said(False, "I have to go now"), Said(True, script.GOODBYE)]

    assert answer("I have to go now") == script.GOODBYE
    assert answer("bye!", after=said) is None


def test_a_message_that_cannot_be_verified_is_asked_for_again() -> None:
    assert answer(None) == script.UNREADABLE


def test_says_when_time_runs_out_and_still_answers() -> None:
    five = TIME | {"left_ms": 5 * MINUTE}
    said = [*BEGUN, Said(False, "I can't sleep"), Said(True, script.FIVE_MINUTES)]

    assert answer("I can't sleep", **five) == script.FIVE_MINUTES
    assert "nights" in (answer(after=said, **five) or "")
    assert answer("ok", after=said, **TIME | {"left_ms": MINUTE}) == script.LAST_MINUTE


def test_a_long_silence_is_met_once() -> None:
    first = script.next_line(LINDEN, BEGUN, **TIME, quiet=True)

    assert first in script.STILL_HERE
    assert script.next_line(LINDEN, [*BEGUN, Said(True, first)], **TIME, quiet=True) is None


def test_the_same_talk_gives_the_same_line() -> None:
    said = [*BEGUN, Said(False, "everything is grey and empty")]

    assert len({script.next_line(LINDEN, said, **TIME) for _ in range(5)}) == 1


def test_after_a_restart_it_says_that_the_words_before_are_closed_to_it_and_asks_again() -> None:
    before = [Said(True, None, closed=True), Said(False, None, closed=True)]
    again = [*before, Said(True, script.HELLO_AGAIN)]

    assert script.next_line(LINDEN, before, **TIME) == script.HELLO_AGAIN
    assert "I am simulated" in script.HELLO_AGAIN
    assert "call your local emergency number" in script.HELLO_AGAIN
    assert answer(after=again) is None
    assert "nights" in (answer("I can't sleep", after=again) or "")
    assert answer("I want to die", after=again) == script.DANGER


def test_words_that_came_before_the_hello_after_a_restart_are_answered() -> None:
    said = [Said(False, None, closed=True), Said(False, "my boss"), Said(True, script.HELLO_AGAIN)]

    assert "Work" in (script.next_line(LINDEN, said, **TIME) or "")


def test_what_pages_say_to_each_other_is_not_answered() -> None:
    assert answer(after=[*BEGUN, Said(False, None, wordless=True)]) is None
