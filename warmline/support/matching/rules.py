"""The rules of matching, one pair at a time.

**Hard** rules are never broken (`fits`): language, way, *please not*, blocks, a *no*, the
volunteer's limits, *people who are new here*; and nobody has two pending offers at once.

**Soft** rules choose among what fits (`score`, in points; a minute of waiting is 5 points) and
avoid some pairs (`is_avoided`): the same two within 7 days, and a heavy talk right after a heavy
one. An avoided pair is offered only when the rules *give way*: when fewer than three ready
volunteers fit, or the seeker has waited 5 minutes. The second half keeps a seeker from starving
whom all three have met. Where fewer than three fit, fairness between volunteers has no say either.

Waiting is worth more every minute, without a bound, and everything else is worth at most
`MOST_POINTS`. So whoever waits 4 minutes longer comes first, whatever else there is.

Seven days, three volunteers, 20 and 40 seconds: the project's practice, section 12 and the
requirements of matching. The weights, 5 minutes to talk at least, 5 minutes to wait for somebody
not to be avoided, and 12 hours between heavy talks (as the rest after a crisis) are our proposals.

Who has agreed on a shared plan is offered to its team first, at the agreed times: a volunteer of the
team counts as liked as can be, is not avoided for having met the seeker, and fairness has no say. It
chooses among volunteers only: nobody comes to the front of the line by a plan.
"""

from warmline.rooms.languages import Way, fit_keys
from warmline.support.matching.sides import Ready, Waiting

SECOND_MS = 1_000
MINUTE_MS = 60_000

SHORTEST_TALK = 5
"""Minutes; a volunteer who has fewer left gets no offers."""
ENOUGH_TO_CHOOSE = 3
"""With fewer volunteers who fit, soft rules give way."""
PATIENCE_MS = 5 * MINUTE_MS
"""Who has waited so long is offered to volunteers whom soft rules avoid."""
HEAVY_REST_MS = 12 * 60 * MINUTE_MS
"""Talks further apart are not "in a row"."""
WAVES: tuple[tuple[int, int], ...] = ((0, 1), (20 * SECOND_MS, 2), (40 * SECOND_MS, 4))
"""(ms since the first offer, how many offers of a request may be out at once)."""

POINTS_A_MINUTE = 5.0
BEEN_THERE_POINTS = 10.0
"""For all topics asked; for half of them, half."""
BACKGROUND_POINTS = 5.0
SAME_TAG_POINTS = 1.0
"""The same region too: `pt-BR` with `pt-BR`."""
TIME_POINTS = 4.0
"""For all the time the seeker has; for half of it, half."""
TALK_POINTS = 1.0
"""Off, for each talk a volunteer had lately."""
TALKS_COUNTED = 5
ANOTHER_OFFER_POINTS = 1e6
"""Off, for each offer of a request that is out: more than anybody can wait for."""
MOST_POINTS = BEEN_THERE_POINTS + BACKGROUND_POINTS + SAME_TAG_POINTS + TIME_POINTS


def fits(waiting: Waiting, ready: Ready, now_ms: int) -> bool:
    """Whether no hard rule speaks against these two; a volunteer's other offers aside."""
    accepted = ready.been_there | ready.can_listen
    return (
        common_way(waiting, ready) is not None
        and waiting.topics <= accepted
        and (ready.takes_new or not waiting.new_here)
        and ready.room_for > 0
        and min(ready.minutes_left, ready.longest_talk) >= SHORTEST_TALK
        and (ready.until_ms is None or ready.until_ms > now_ms)
        and ready.id not in waiting.said_no
        and ready.id not in waiting.blocked
        and waiting.seeker not in ready.blocked
        and waiting.seeker != ready.id
        and waiting.ask_again.get(ready.id, now_ms) <= now_ms
    )


def common_way(waiting: Waiting, ready: Ready) -> tuple[str, Way] | None:
    """The seeker's best language, and for it their best way, that the volunteer has too."""
    theirs = fit_keys(ready.languages, ready.ways)
    for key, tag in fit_keys(waiting.languages, waiting.ways).items():
        if key in theirs:
            return tag, key[1]
    return None


def is_avoided(waiting: Waiting, ready: Ready, now_ms: int) -> bool:
    """Whether a soft rule speaks against these two."""
    met = waiting.seeker in ready.met_lately and ready.id not in waiting.team
    return met or (waiting.heavy and now_ms < rests_until(ready))


def gives_way(waiting: Waiting, fitting: int, now_ms: int) -> bool:
    """Whether an avoided pair may be offered; `fitting` is how many ready volunteers fit."""
    return fitting < ENOUGH_TO_CHOOSE or now_ms - waiting.since_ms >= PATIENCE_MS


def rests_until(ready: Ready) -> int:
    """Until when heavy talks are "in a row" with the last one; 0 if it was not heavy."""
    if not ready.last_talk_heavy or ready.last_talk_ms is None:
        return 0
    return ready.last_talk_ms + HEAVY_REST_MS


def minutes(waiting: Waiting, ready: Ready) -> int:
    """How long the talk can be: the shorter of both sides' time."""
    return min(waiting.minutes, ready.minutes_left, ready.longest_talk)


def score(waiting: Waiting, ready: Ready, now_ms: int) -> float:
    """How good a pair that fits is, in points; more is better."""
    points = (now_ms - waiting.since_ms) * POINTS_A_MINUTE / MINUTE_MS
    if ready.id in waiting.team:
        return points + MOST_POINTS
    if waiting.topics:
        shared = waiting.topics & ready.been_there
        points += BEEN_THERE_POINTS * len(shared) / len(waiting.topics)
    if waiting.backgrounds & ready.backgrounds:
        points += BACKGROUND_POINTS
    if set(waiting.languages) & set(ready.languages):
        points += SAME_TAG_POINTS
    points += TIME_POINTS * minutes(waiting, ready) / waiting.minutes
    return points - TALK_POINTS * min(ready.talks_lately, TALKS_COUNTED)


def turn(since_ms: int, offers_out: int, now_ms: int) -> float:
    """How much it is a request's turn, in points: first offers before second ones, then waiting."""
    waited = (now_ms - since_ms) * POINTS_A_MINUTE / MINUTE_MS
    return waited - offers_out * ANOTHER_OFFER_POINTS


def offers_at_once(first_offer_ms: int | None, now_ms: int) -> int:
    """How many offers of one request may be out now."""
    if first_offer_ms is None:
        return 1
    out_for = now_ms - first_offer_ms
    return max((number for after, number in WAVES if after <= out_for), default=1)
