"""Aliases: two gentle words that say nothing about a person.

Nothing about skin or bodies, nothing that hurts, no animal whose name is used as an insult, and no
word that is merry: the name may be given to somebody on the worst night of their year. The lists are
translated word by word; a language whose adjectives change with the noun translates them with a form
that never changes ("of the morning").
"""

from __future__ import annotations

import re
import secrets
import unicodedata

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as _noop
from django.utils.translation import pgettext

LONGEST = 40

ADJECTIVES: tuple[str, ...] = (
    _noop("Airy"), _noop("Alpine"), _noop("Amber"), _noop("April"), _noop("Aqua"),
    _noop("Artful"), _noop("August"), _noop("Autumn"), _noop("Awake"), _noop("Azure"),
    _noop("Balmy"), _noop("Blooming"), _noop("Bold"), _noop("Brave"), _noop("Breezy"),
    _noop("Bright"), _noop("Calm"), _noop("Candid"), _noop("Careful"), _noop("Caring"),
    _noop("Clear"), _noop("Clever"), _noop("Cloudy"), _noop("Coastal"), _noop("Copper"),
    _noop("Coral"), _noop("Cosmic"), _noop("Cosy"), _noop("Cotton"), _noop("Curious"),
    _noop("Daring"), _noop("Dawn"), _noop("Dewy"), _noop("Downy"), _noop("Dreamy"),
    _noop("Drifting"), _noop("Eager"), _noop("Early"), _noop("Earthy"), _noop("Easy"),
    _noop("Ember"), _noop("Emerald"), _noop("Evening"), _noop("Faithful"), _noop("Feathered"),
    _noop("Floating"), _noop("Fluffy"), _noop("Forest"), _noop("Free"), _noop("Friendly"),
    _noop("Frosty"), _noop("Garden"), _noop("Gentle"), _noop("Gliding"), _noop("Glowing"),
    _noop("Golden"), _noop("Graceful"), _noop("Green"), _noop("Harbour"), _noop("Hazel"),
    _noop("Hidden"), _noop("Highland"), _noop("Hillside"), _noop("Honest"), _noop("Hopeful"),
    _noop("Humble"), _noop("Humming"), _noop("Indigo"), _noop("Island"), _noop("Jade"),
    _noop("June"), _noop("Keen"), _noop("Kind"), _noop("Lakeside"), _noop("Lantern"),
    _noop("Lavender"), _noop("Leafy"), _noop("Lemon"), _noop("Lilac"), _noop("Loyal"),
    _noop("Lunar"), _noop("Maple"), _noop("March"), _noop("Meadow"), _noop("Mellow"),
    _noop("Midnight"), _noop("Mild"), _noop("Mindful"), _noop("Misty"), _noop("Modest"),
    _noop("Moonlit"), _noop("Morning"), _noop("Mossy"), _noop("Mountain"), _noop("Musical"),
    _noop("Neat"), _noop("Nimble"), _noop("Noble"), _noop("Northern"), _noop("Ocean"),
    _noop("Olive"), _noop("Open"), _noop("Orchard"), _noop("Outdoor"), _noop("Patient"),
    _noop("Peaceful"), _noop("Pearl"), _noop("Pebble"), _noop("Polar"), _noop("Polite"),
    _noop("Prairie"), _noop("Purple"), _noop("Quiet"), _noop("Rainy"), _noop("Ready"),
    _noop("Restful"), _noop("River"), _noop("Roaming"), _noop("Rosy"), _noop("Ruby"),
    _noop("Rustling"), _noop("Sailing"), _noop("Sandy"), _noop("Sapphire"), _noop("Scarlet"),
    _noop("Seaside"), _noop("Serene"), _noop("Shining"), _noop("Shy"), _noop("Silent"),
    _noop("Silken"), _noop("Silver"), _noop("Singing"), _noop("Sleepy"), _noop("Snowy"),
    _noop("Soaring"), _noop("Soft"), _noop("Solar"), _noop("Southern"), _noop("Sparkling"),
    _noop("Spring"), _noop("Stargazing"), _noop("Starry"), _noop("Steady"), _noop("Still"),
    _noop("Summer"), _noop("Sunny"), _noop("Sunlit"), _noop("Swift"), _noop("Tender"),
    _noop("Thoughtful"), _noop("Tidy"), _noop("Topaz"), _noop("Tranquil"), _noop("Trusty"),
    _noop("Turquoise"), _noop("Twilight"), _noop("Valley"), _noop("Velvet"), _noop("Violet"),
    _noop("Wandering"), _noop("Warm"), _noop("Watchful"), _noop("Western"), _noop("Whistling"),
    _noop("Windy"), _noop("Winter"), _noop("Wise"), _noop("Wonder"), _noop("Woodland"),
    _noop("Woolly"),
)  # fmt: skip

NOUNS: tuple[str, ...] = (
    _noop("Acorn"), _noop("Alder"), _noop("Alpaca"), _noop("Anemone"), _noop("Aspen"),
    _noop("Aster"), _noop("Avocet"), _noop("Badger"), _noop("Bamboo"), _noop("Basil"),
    _noop("Beaver"), _noop("Beech"), _noop("Begonia"), _noop("Birch"), _noop("Bison"),
    _noop("Blackbird"), _noop("Bluebell"), _noop("Bluebird"), _noop("Bramble"), _noop("Bumblebee"),
    _noop("Buttercup"), _noop("Butterfly"), _noop("Camel"), _noop("Camellia"), _noop("Canary"),
    _noop("Caribou"), _noop("Cedar"), _noop("Chaffinch"), _noop("Chamomile"), _noop("Cherry"),
    _noop("Chestnut"), _noop("Chickadee"), _noop("Chipmunk"), _noop("Clover"), _noop("Condor"),
    _noop("Coriander"), _noop("Cornflower"), _noop("Cowslip"), _noop("Crane"), _noop("Cricket"),
    _noop("Crocus"), _noop("Curlew"), _noop("Cypress"), _noop("Daffodil"), _noop("Dahlia"),
    _noop("Daisy"), _noop("Dandelion"), _noop("Deer"), _noop("Dolphin"), _noop("Dove"),
    _noop("Dragonfly"), _noop("Duckling"), _noop("Dunlin"), _noop("Egret"), _noop("Elder"),
    _noop("Elk"), _noop("Elm"), _noop("Fawn"), _noop("Fennel"), _noop("Fern"),
    _noop("Finch"), _noop("Firefly"), _noop("Flamingo"), _noop("Foal"), _noop("Freesia"),
    _noop("Gazelle"), _noop("Gecko"), _noop("Gentian"), _noop("Geranium"), _noop("Ginkgo"),
    _noop("Goldcrest"), _noop("Goldfinch"), _noop("Grasshopper"), _noop("Guppy"), _noop("Hare"),
    _noop("Hawthorn"), _noop("Heather"), _noop("Hedgehog"), _noop("Heron"), _noop("Hibiscus"),
    _noop("Holly"), _noop("Honeybee"), _noop("Hoopoe"), _noop("Hummingbird"), _noop("Hyacinth"),
    _noop("Ibex"), _noop("Ibis"), _noop("Iris"), _noop("Ivy"), _noop("Jasmine"),
    _noop("Juniper"), _noop("Kingfisher"), _noop("Kinglet"), _noop("Kiwi"), _noop("Koala"),
    _noop("Koi"), _noop("Ladybird"), _noop("Lamb"), _noop("Lapwing"), _noop("Larch"),
    _noop("Lark"), _noop("Laurel"), _noop("Lemur"), _noop("Lichen"), _noop("Linden"),
    _noop("Linnet"), _noop("Llama"), _noop("Lotus"), _noop("Lupin"), _noop("Magnolia"),
    _noop("Mallow"), _noop("Manatee"), _noop("Mango"), _noop("Marigold"), _noop("Marmot"),
    _noop("Marten"), _noop("Mimosa"), _noop("Mint"), _noop("Moose"), _noop("Myrtle"),
    _noop("Narwhal"), _noop("Newt"), _noop("Nightingale"), _noop("Nuthatch"), _noop("Oak"),
    _noop("Orchid"), _noop("Oriole"), _noop("Osprey"), _noop("Otter"), _noop("Palm"),
    _noop("Panda"), _noop("Pansy"), _noop("Papaya"), _noop("Partridge"), _noop("Pelican"),
    _noop("Penguin"), _noop("Peony"), _noop("Petrel"), _noop("Petunia"), _noop("Pheasant"),
    _noop("Pika"), _noop("Pine"), _noop("Pipit"), _noop("Plover"), _noop("Pony"),
    _noop("Poplar"), _noop("Porpoise"), _noop("Primrose"), _noop("Puffin"), _noop("Quail"),
    _noop("Quokka"), _noop("Redwood"), _noop("Reed"), _noop("Reindeer"), _noop("Robin"),
    _noop("Rose"), _noop("Rosemary"), _noop("Rowan"), _noop("Saffron"), _noop("Sage"),
    _noop("Salmon"), _noop("Sandpiper"), _noop("Seahorse"), _noop("Seal"), _noop("Sequoia"),
    _noop("Shearwater"), _noop("Skylark"), _noop("Snowdrop"), _noop("Songbird"), _noop("Sparrow"),
    _noop("Spruce"), _noop("Squirrel"), _noop("Starfish"), _noop("Starling"), _noop("Stork"),
    _noop("Sunbird"), _noop("Sunflower"), _noop("Swallow"), _noop("Swan"), _noop("Sycamore"),
    _noop("Tamarin"), _noop("Tern"), _noop("Thistle"), _noop("Thrush"), _noop("Thyme"),
    _noop("Tortoise"), _noop("Toucan"), _noop("Tulip"), _noop("Turtle"), _noop("Verbena"),
    _noop("Wagtail"), _noop("Walnut"), _noop("Walrus"), _noop("Warbler"), _noop("Waxwing"),
    _noop("Willow"), _noop("Wisteria"), _noop("Wren"), _noop("Yarrow"),
)  # fmt: skip


def suggest() -> str:
    """An alias drawn from some 34,000, in the page's language. It may be taken; draw again."""
    return pgettext("alias", "%(adjective)s %(noun)s") % {
        "adjective": _(secrets.choice(ADJECTIVES)),
        "noun": _(secrets.choice(NOUNS)),
    }


def looks_like(alias: str) -> str:
    """What two aliases share that people would mix up: case, spaces, accents and width ignored.

    Kept simple: it does not compare scripts with each other (Latin "a" and Cyrillic "а" differ).
    """
    plain = unicodedata.normalize("NFKD", alias).casefold()
    letters = (char for char in plain if unicodedata.category(char)[0] in "LN")
    return "".join(letters)


_CONTACT = re.compile(r"@|https?:|www\.|\.(?:com|org|net|de|uk)\b|(?:\d[\s().-]*){5,}")


def tells_contact(text: str) -> bool:
    """Whether a text holds what looks like an e-mail address, a web address or a phone number."""
    return bool(_CONTACT.search(text.casefold()))


def tidy(alias: str) -> str:
    """One line, single spaces, no invisible characters."""
    seen = "".join(char for char in alias if unicodedata.category(char) not in {"Cc", "Cf", "Co"})
    return " ".join(unicodedata.normalize("NFC", seen).split())
