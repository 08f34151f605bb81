"""What a simulated volunteer says next. A small script, no model: it listens, reflects, asks openly.

It says at once that it is simulated. It gives no advice. Where somebody may be in danger, or where that
is unclear, it says that this is a demo and whom to call, before anything else.

Pure: the same talk gives the same line, so nothing needs to be remembered over a restart.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from warmline.demo.cast import Simulated
from warmline.demo.letters import Said

HELLO = (
    "Hello, and welcome. I am simulated: a small program in this demo, not a person. I answer from a "
    "short script, and I can't help in danger. If you are in danger now, please call your local "
    "emergency number."
)
HELLO_AGAIN = (
    "Hello again. I am simulated: a small program in this demo, not a person. I had to start anew, so I "
    "can't see what was said before. Would you tell me once more? If you are in danger now, please call "
    "your local emergency number."
)
TIME_WE_HAVE = "We have up to {minutes} minutes."
OPENING = (
    "You can write as much or as little as you like, and stop at any time. "
    "What would help you today?"
)

DANGER = (
    "I want to be very clear: this is a demo, and I am simulated. I can't help in danger, and nobody "
    "reads along. If you or somebody else may be in danger, please call your local emergency number "
    "now, or go to somebody near you. If you were only trying the demo, you can go on writing."
)
DANGER_AGAIN = (
    "This is still a demo, and I can't help in danger. If it is real, please call your local "
    "emergency number now, or be with somebody near you. You matter."
)
NOT_A_PERSON = (
    "I am simulated: a small program that answers from a short script. In a real community a person "
    "who has been there would sit here. You can still try how a talk feels."
)
NO_ADVICE = (
    "Volunteers here don't give advice about medicine or what you have. A doctor or a pharmacist can. "
    "I can listen to how it is for you. What worries you most about it?"
)
UNREADABLE = "Your last message did not reach me in one piece. Would you write it once more?"
GOODBYE = (
    "Thank you for talking with me. I hope something gentle comes your way today. When you are ready, "
    "you can end the talk with the button. You are always welcome back."
)
FIVE_MINUTES = (
    "We have about five minutes left. What was the most important thing for you so far? And is there "
    "one small thing, or one person, that could be good for you today?"
)
LAST_MINUTE = (
    "Our time is nearly over. Thank you for your trust. It takes courage to put things into words. "
    "You are welcome back. Take good care of yourself."
)
STILL_HERE = (
    "Take all the time you need. I am still here.",
    "No hurry at all. Quiet is fine too.",
)
THANKED = "I am glad you are here. What is it like for you to say these things?"
ANSWERED_YES = "Yes. Would you like to tell me a little more about that?"
ANSWERED_NO = "That is all right. What would be closer to how it is for you?"
NOT_KNOWING = "Not knowing is fine. We can look at it slowly. Where do you feel it most right now?"
ASKED_WHAT_TO_DO = (
    "I can't tell you what to do, and you know your life best. What have you tried that helped, even a "
    "little?"
)

REFLECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        r"sleep|awake|insomnia|nightmare|tired|exhaust",
        (
            "Not getting rest makes everything heavier. How are the nights for you?",
            "That sounds very tiring. What goes through your mind when you lie awake?",
        ),
    ),
    (
        r"alone|lonely|loneli|nobody|no one|isolat",
        (
            "Being alone with it sounds hard. How long has it felt like that?",
            "I hear how lonely that is. Was there a time when somebody felt close?",
        ),
    ),
    (
        r"grie|died|death|passed away|miss (him|her|them)|funeral|lost my|\bloss\b",
        (
            "I am sorry. That is a big loss. Would you like to tell me about them?",
            "Missing somebody can come in waves. What is it like today?",
        ),
    ),
    (
        r"anxi|panic|worr|afraid|scared|fear|nervous|overwhelm",
        (
            "It sounds as if fear takes up a lot of room. Where do you notice it first?",
            "That is a lot to carry at once. What is the loudest worry right now?",
        ),
    ),
    (
        r"depress|\bsad\b|empty|hopeless|numb|crying|\bcry\b|\blow\b|\bdown\b",
        (
            "That sounds heavy. Thank you for saying it. How is it right now, while we write?",
            "It is hard when everything feels grey. What does such a day look like for you?",
        ),
    ),
    (
        r"\bjob\b|\bwork|boss|colleague|fired|burn(ed|t)? ?out",
        (
            "Work seems to ask a lot of you. What is the hardest part of it?",
            "That is a lot of pressure. What does it do to you when you come home?",
        ),
    ),
    (
        r"school|exam|study|studies|university|college",
        (
            "That is a lot of pressure. What weighs the most?",
            "It sounds as if much depends on it. Who knows how hard it is for you?",
        ),
    ),
    (
        r"money|debt|\brent\b|\bbills?\b",
        ("Worry about money leaves little rest. How does it show in your days?",),
    ),
    (
        r"mother|father|mum|mom|\bdad\b|parent|famil|brother|sister|\bson\b|daughter|child|kids",
        (
            "Family can be close and hard at the same time. What happened between you?",
            "I hear how much they matter to you. What would you wish for?",
        ),
    ),
    (
        r"husband|wife|partner|boyfriend|girlfriend|divorce|broke up|break ?up|\bex\b",
        (
            "That sounds painful. What do you miss, or what hurts the most?",
            "Thank you for telling me. How have you been since then?",
        ),
    ),
    (
        r"friend",
        ("Friends can hurt us like nobody else. What happened?",),
    ),
    (
        r"angry|anger|furious|hate|unfair",
        ("It makes sense that you are angry. What is underneath it, do you think?",),
    ),
    (
        r"asham|guilt|my fault|blame",
        ("That is a heavy thing to carry. What would you say to a friend who felt like this?",),
    ),
    (
        r"better|relief|good today|okay today|happy",
        ("It is good to hear that. What helped a little?",),
    ),
)

OPEN_LINES = (
    "Thank you for telling me. What is that like for you?",
    "I hear you. What is the hardest part of it right now?",
    "That sounds like a lot. How long have you been carrying this?",
    "I would like to understand it better. Can you tell me a little more?",
    "Have I got it right that this has been on your mind a lot?",
    "What do you need most at this moment?",
    "Who else knows how it is for you?",
    "What has helped you through days like this before?",
    "I am listening. What else belongs to it?",
)

_DANGER = re.compile(
    r"suicid|kill(ing)? (my|him|her|them|me|some)|\bkms\b|\bdie\b|\bdying\b|want(ed)? to be dead"
    r"|end (it all|my life|everything)|take my (own )?life|(no|any) reason to (live|go on)"
    r"|(don'?t|do not|not) want to (live|be here|wake up|exist)|better off (dead|without me)"
    r"|(hurt|harm|cut)(ing|ting)? (my ?self|me|him|her|them|some)|self.?harm|overdos|\bpills\b"
    r"|bleeding|not safe|unsafe|emergency|in danger|(hits?|hitting|beats?|beating|raped?|abus\w+) me"
    r"|\bgun\b|\bweapon|can'?t go on"
)
_BYE = re.compile(
    r"\b(good ?bye|bye|see you|good ?night|have to go|need to go|got to go|gotta go|that'?s all)\b"
)
_THANKS = re.compile(r"\b(thank you|thanks|thx|ty)\b")
_PERSON = re.compile(
    r"\b(are|is) (you|this|there) .{0,20}(real|human|person|bot|robot|machine|program|ai|simulated)\b"
    r"|chat ?gpt|\bwho are you\b"
)
_ABOUT_YOU = re.compile(
    r"(have|had|did|do|were) you (ever|been|lived|lost|feel|felt|know|been)|what about you|and you\b"
    r"|your (story|experience)"
)
_ADVICE = re.compile(r"medic(ine|ation)|\bdose|antidepress|diagnos|should i (take|stop taking)")
_WHAT_TO_DO = re.compile(
    r"what (should|can|do|could|would) (i|you) |how (can|do|should) i |\badvice\b"
)
_YES = re.compile(r"(yes|yeah|yep|yup|sure|ok|okay|true|exactly|right)[.! ]*")
_NO = re.compile(r"(no|nope|nah|not really)[.! ]*")
_UNSURE = re.compile(r"(i )?(don'?t|do not) know|no idea|\bidk\b|not sure")

FIVE, ONE = 5 * 60_000, 60_000


def next_line(
    who: Simulated,
    said: Sequence[Said],
    *,
    granted_ms: int | None = None,
    left_ms: int | None = None,
    quiet: bool = False,
) -> str | None:
    """The line to say now; None while it is the other's turn.

    ``granted_ms`` and ``left_ms``: of the talk's time, if known. ``quiet``: nothing came for a while.
    """
    said = [line for line in said if not line.wordless]
    own = [line.text for line in said if line.own and not line.closed]
    theirs = _their_turn(said)
    if not own:
        return HELLO_AGAIN if any(line.closed for line in said) else _hello(granted_ms)
    if any(text and _DANGER.search(_plain(text)) for text in theirs):
        return DANGER_AGAIN if DANGER in own else DANGER
    if (word := _about_time(own, granted_ms, left_ms)) is not None:
        return word
    if theirs:
        return _answer(who, own, theirs)
    if len(own) == 1 and _is_hello(own[0]):
        return OPENING
    return _still_here(own) if quiet else None


def _their_turn(said: Sequence[Said]) -> list[str | None]:
    """What the other said since we last answered. A hello and a word about the time answer nothing."""
    turn: list[str | None] = []
    for line in reversed(said):
        if line.closed or (line.own and not _answers_nothing(line.text)):
            break
        if not line.own:
            turn.insert(0, line.text)
    return turn


def _answers_nothing(text: str | None) -> bool:
    return _is_hello(text) or text in (HELLO_AGAIN, FIVE_MINUTES)


def _is_hello(text: str | None) -> bool:
    return bool(text and text.startswith(HELLO))


def _hello(granted_ms: int | None) -> str:
    if granted_ms is None:
        return HELLO
    return f"{HELLO} {TIME_WE_HAVE.format(minutes=max(1, granted_ms // ONE))}"


def _about_time(own: list[str | None], granted_ms: int | None, left_ms: int | None) -> str | None:
    if left_ms is None or granted_ms is None:
        return None
    if left_ms <= ONE:
        return None if LAST_MINUTE in own else LAST_MINUTE
    if left_ms <= FIVE < granted_ms:
        return None if FIVE_MINUTES in own or GOODBYE in own else FIVE_MINUTES
    return None


def _answer(who: Simulated, own: list[str | None], theirs: list[str | None]) -> str | None:
    text = _plain(" ".join(line for line in theirs if line))
    if not text:
        return UNREADABLE
    if _PERSON.search(text):
        return NOT_A_PERSON
    if _BYE.search(text):
        return None if own[-1] in (GOODBYE, LAST_MINUTE) else GOODBYE
    if _ADVICE.search(text):
        return _fresh((NO_ADVICE, *OPEN_LINES), own)
    if _ABOUT_YOU.search(text):
        return _fresh((who.lived, NOT_A_PERSON, *OPEN_LINES), own)
    return _fresh((*_short_answers(text), *_reflections(text), *OPEN_LINES), own)


def _short_answers(text: str) -> list[str]:
    lines = []
    if _WHAT_TO_DO.search(text):
        lines.append(ASKED_WHAT_TO_DO)
    if _UNSURE.search(text):
        lines.append(NOT_KNOWING)
    if _THANKS.search(text):
        lines.append(THANKED)
    if _YES.fullmatch(text):
        lines.append(ANSWERED_YES)
    if _NO.fullmatch(text):
        lines.append(ANSWERED_NO)
    return lines


def _reflections(text: str) -> list[str]:
    return [line for pattern, lines in REFLECTIONS if re.search(pattern, text) for line in lines]


def _fresh(lines: Sequence[str], own: list[str | None]) -> str:
    """The first line not said yet; when all were, the one said longest ago."""
    for line in lines:
        if line not in own:
            return line
    newest_first = own[::-1]
    return max(lines, key=newest_first.index)


def _still_here(own: list[str | None]) -> str | None:
    """Once in each silence, and not at all after a goodbye or a word about danger."""
    if own[-1] in (*STILL_HERE, GOODBYE, LAST_MINUTE, DANGER, DANGER_AGAIN):
        return None
    return _fresh(STILL_HERE, own)


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("’", "'").split())
