"""A small world for testing matching: people who change, and a slow reading of the rules."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from hypothesis import strategies as st

from warmline.support.matching import Choice, Matching, Ready, Waiting, rules

HOUR_MS = 3_600_000
START_MS = 1_800_000_000_000
SEEKERS = range(1, 8)
VOLUNTEERS = range(101, 108)
TOPICS = (1, 2, 3, 4)
HEAVY = frozenset({1, 2})

tags = st.sampled_from(["en", "en-GB", "pt-BR", "pt", "zh-Hant", "zh-Hans", "bfi"])
languages = st.lists(tags, min_size=1, max_size=2, unique=True).map(tuple)
ways = st.lists(
    st.sampled_from(["text", "voice", "video"]), min_size=1, max_size=3, unique=True
).map(tuple)
easy_languages = st.one_of(st.just(("en",)), languages)
easy_ways = st.one_of(st.just(("text",)), ways)


def some(of: object) -> st.SearchStrategy[frozenset[int]]:
    return st.frozensets(st.sampled_from(list(of)), max_size=3)  # type: ignore[call-overload]


def few(of: object) -> st.SearchStrategy[frozenset[int]]:
    return st.one_of(st.just(frozenset()), some(of))


@st.composite
def waitings(draw: st.DrawFn, now_ms: int = START_MS) -> Waiting:
    topics = draw(some(TOPICS))
    number = draw(st.sampled_from(SEEKERS))
    return Waiting(
        id=number + 1000,
        seeker=number,
        languages=draw(easy_languages),
        ways=draw(easy_ways),
        topics=topics,
        heavy=bool(topics & HEAVY),
        backgrounds=draw(few((1, 2))),
        since_ms=now_ms - draw(st.integers(0, 900)) * 1000,
        minutes=draw(st.integers(1, 67)),
        new_here=draw(st.booleans()),
        said_no=draw(few(VOLUNTEERS)),
        ask_again=dict.fromkeys(draw(few(VOLUNTEERS)), now_ms + 60000),
        blocked=draw(few(VOLUNTEERS)),
    )


@st.composite
def readies(draw: st.DrawFn, now_ms: int = START_MS) -> Ready:
    been_there = draw(few(TOPICS))
    return Ready(
        id=draw(st.sampled_from(VOLUNTEERS)),
        languages=draw(easy_languages),
        ways=draw(easy_ways),
        been_there=been_there,
        can_listen=frozenset(draw(st.sampled_from([TOPICS, TOPICS, (1, 2, 3), ()]))) - been_there,
        backgrounds=draw(few((1, 2))),
        room_for=draw(st.sampled_from([1, 1, 2, 0])),
        minutes_left=draw(st.sampled_from([120, 30, 5, 4])),
        longest_talk=draw(st.sampled_from([45, 30, 10])),
        takes_new=draw(st.sampled_from([True, True, False])),
        until_ms=draw(st.sampled_from([None, now_ms + 30_000, now_ms + 400_000])),
        talks_lately=draw(st.integers(0, 7)),
        last_talk_ms=draw(st.sampled_from([None, now_ms - HOUR_MS, now_ms - 13 * HOUR_MS])),
        last_talk_heavy=draw(st.booleans()),
        met_lately=draw(few(SEEKERS)),
        blocked=draw(few(SEEKERS)),
    )


answers = st.sampled_from(["take", "no", "not_now", "silence"])
steps = st.one_of(
    st.tuples(st.just("wait"), waitings()),
    st.tuples(st.just("ready"), readies()),
    st.tuples(st.just("leave"), st.integers(0, 20)),
    st.tuples(st.just("go"), st.integers(0, 20)),
    st.tuples(st.just("answer"), st.tuples(st.integers(0, 20), answers)),
    st.tuples(st.just("pass"), st.sampled_from([1, 5_000, 20_000, 40_000, 300_000, 600_000])),
)
lives = st.lists(steps, min_size=1, max_size=25)


@dataclass
class World:
    """The same people twice: as `Matching` knows them, and as plain dataclasses."""

    now_ms: int = START_MS
    matching: Matching = field(default_factory=Matching)
    waiting: dict[int, Waiting] = field(default_factory=dict)
    ready: dict[int, Ready] = field(default_factory=dict)

    def live(self, what: str, detail: object) -> None:
        getattr(self, f"_{what}")(detail)

    def offers(self) -> list[Choice]:
        """Ask for offers, and take them into the plain side."""
        choices = self.matching.next_offers(self.now_ms)
        for choice in choices:
            request = self.waiting[choice.request]
            self.waiting[choice.request] = replace(
                request,
                offered=request.offered | {choice.volunteer},
                first_offer_ms=(
                    self.now_ms if request.first_offer_ms is None else request.first_offer_ms
                ),
            )
        return choices

    def pending(self) -> list[tuple[int, int]]:
        return sorted((each.id, to) for each in self.waiting.values() for to in each.offered)

    def fitting(self, request: Waiting) -> int:
        return sum(rules.fits(request, each, self.now_ms) for each in self.ready.values())

    def may_offer(self, request: Waiting, volunteer: Ready) -> bool:
        """Every rule there is, slowly, for one more offer now."""
        if not rules.fits(request, volunteer, self.now_ms):
            return False
        if len(request.offered) >= rules.offers_at_once(request.first_offer_ms, self.now_ms):
            return False
        if any(volunteer.id in each.offered for each in self.waiting.values()):
            return False
        return not rules.is_avoided(request, volunteer, self.now_ms) or rules.gives_way(
            request, self.fitting(request), self.now_ms
        )

    def possible(self) -> list[tuple[int, int]]:
        return [
            (request.id, volunteer.id)
            for request in self.waiting.values()
            for volunteer in self.ready.values()
            if self.may_offer(request, volunteer)
        ]

    def _wait(self, request: Waiting) -> None:
        request = replace(request, since_ms=request.since_ms + self.now_ms - START_MS)
        self.waiting[request.id] = request
        self.matching.put_request(request)

    def _ready(self, volunteer: Ready) -> None:
        if volunteer.until_ms is not None:
            volunteer = replace(volunteer, until_ms=volunteer.until_ms + self.now_ms - START_MS)
        self.ready[volunteer.id] = volunteer
        self.matching.put_volunteer(volunteer)

    def _leave(self, number: int) -> None:
        if self.waiting:
            gone = sorted(self.waiting)[number % len(self.waiting)]
            del self.waiting[gone]
            self.matching.remove_request(gone)

    def _go(self, number: int) -> None:
        if self.ready:
            gone = sorted(self.ready)[number % len(self.ready)]
            del self.ready[gone]
            self.matching.remove_volunteer(gone)

    def _pass(self, ms: int) -> None:
        self.now_ms += ms

    def _answer(self, detail: tuple[int, str]) -> None:
        number, answer = detail
        if not self.pending():
            return
        request_id, volunteer_id = self.pending()[number % len(self.pending())]
        if answer == "take":
            del self.waiting[request_id]
            self.matching.remove_request(request_id)
            return
        request = self.waiting[request_id]
        left = request.offered - {volunteer_id}
        if answer == "no":
            said_no = request.said_no | {volunteer_id}
            self.waiting[request_id] = replace(request, offered=left, said_no=said_no)
            self.matching.said_no(request_id, volunteer_id)
        else:
            again = {**request.ask_again, volunteer_id: self.now_ms + 600_000}
            self.waiting[request_id] = replace(request, offered=left, ask_again=again)
            self.matching.ask_again(request_id, volunteer_id, self.now_ms + 600_000)
