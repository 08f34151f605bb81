"""The topics and shared backgrounds a new community begins with; coordinators change them at the desk.

Names are kept in English and translated where they are shown, unless a coordinator renames them.
Heavy: nobody is asked to take two of these in a row if others can (*proposed*; a community decides).
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext_noop as _noop

from warmline.support.models import Profile, Topic


@dataclass(frozen=True)
class Shipped:
    """An entry of the catalogue that comes with the product."""

    slug: str
    name: str
    heavy: bool = False


TOPICS: tuple[Shipped, ...] = (
    Shipped("depression", _noop("Depression")),
    Shipped("anxiety", _noop("Anxiety")),
    Shipped("bipolar", _noop("Bipolar")),
    Shipped("trauma", _noop("Trauma"), heavy=True),
    Shipped("emotional-abuse", _noop("Emotional abuse"), heavy=True),
    Shipped("physical-abuse", _noop("Physical abuse"), heavy=True),
    Shipped("sexual-abuse", _noop("Sexual abuse"), heavy=True),
    Shipped("self-injury", _noop("Self-injury"), heavy=True),
    Shipped("suicidal-thoughts", _noop("Suicidal thoughts"), heavy=True),
    Shipped("eating-disorders", _noop("Eating disorders"), heavy=True),
    Shipped("ocd", _noop("OCD")),
    Shipped("psychosis", _noop("Psychosis"), heavy=True),
    Shipped("dissociation", _noop("Dissociation and DID"), heavy=True),
    Shipped("grief", _noop("Grief"), heavy=True),
    Shipped("addiction", _noop("Addiction")),
    Shipped("loneliness", _noop("Loneliness")),
    Shipped("family", _noop("Family")),
    Shipped("friendships", _noop("Friendships")),
    Shipped("romantic-relationships", _noop("Romantic relationships")),
    Shipped("sexuality", _noop("Sexuality")),
    Shipped("gender", _noop("Gender")),
    Shipped("disability", _noop("Disability")),
    Shipped("job-stress", _noop("Job stress")),
    Shipped("study", _noop("Study")),
    Shipped("money", _noop("Money")),
    Shipped("parenting", _noop("Parenting")),
    Shipped("sleep", _noop("Sleep")),
)

BACKGROUNDS: tuple[Shipped, ...] = (
    Shipped("woman", _noop("Woman")),
    Shipped("man", _noop("Man")),
    Shipped("non-binary", _noop("Non-binary")),
    Shipped("trans", _noop("Trans")),
    Shipped("queer", _noop("Gay, lesbian, bi or queer")),
    Shipped("person-of-colour", _noop("Person of colour")),
    Shipped("moved-country", _noop("Moved from another country")),
    Shipped("deaf", _noop("Deaf or hard of hearing")),
    Shipped("disabled", _noop("Disabled or long-term ill")),
    Shipped("neurodivergent", _noop("Autistic or ADHD")),
    Shipped("parent", _noop("Parent")),
    Shipped("carer", _noop("Cares for someone")),
    Shipped("under-30", _noop("Under 30")),
    Shipped("over-60", _noop("Over 60")),
)


def load() -> None:
    """Put the shipped entries in, ten places apart; those that are there stay as they are."""
    for kind, entries in ((Topic.Kind.TOPIC, TOPICS), (Topic.Kind.BACKGROUND, BACKGROUNDS)):
        Topic.objects.bulk_create(
            (
                Topic(slug=e.slug, kind=kind, name=e.name, heavy=e.heavy, order=place * 10)
                for place, e in enumerate(entries, start=1)
            ),
            ignore_conflicts=True,
        )


def free_slug(name: str, among: QuerySet[Topic]) -> str:
    """A slug for a new entry that none of ``among`` has; ``topic-2`` for names without Latin letters."""
    base = slugify(name)[:40] or "topic"
    taken = set(among.values_list("slug", flat=True))
    number = 1
    while (slug := base if number == 1 else f"{base}-{number}") in taken:
        number += 1
    return slug


def new_topics_for(profile: Profile) -> QuerySet[Topic]:
    """Topics that came after the volunteer last looked, and that they have not placed yet."""
    topics = Topic.objects.topics().exclude(levels__person=profile.person_id)
    if profile.topics_seen_at is None:
        return topics
    return topics.filter(made_at__gt=profile.topics_seen_at)
