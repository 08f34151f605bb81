"""Languages people talk in: BCP 47 tags, which of them fit each other, and their names.

**Which tags fit.** Two tags fit when their *fit keys* for the way of talking are equal:

- *text*: language and script. Script is what the tag says or, where it says none, what CLDR's
  likely subtags say ("Add Likely Subtags", UTS #35): `zh` and `zh-SG` are written in Hans, `zh-TW`
  and `zh-HK` in Hant, and the two do not fit; nor do `sr-Cyrl` (also plain `sr`) and `sr-Latn`.
- *voice* and *video*: language alone. Who speaks Mandarin is understood whatever they write.
- The region never counts. Tags are shortened as in RFC 4647 §3.4 (lookup), on both sides, so that
  `pt-BR`, `pt` and `pt-PT` fit each other; the same region is only a nicer match.
- A sign language fits itself alone, and by video alone.

Deprecated and alternative codes become the ones CLDR prefers (`iw` → `he`, `cmn` → `zh`).
Bokmål and Nynorsk are two ways of writing one language, and its readers learn both at school, so
`no`, `nb` and `nn` fit.

Everything here is pure: no Django, no database.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from babel import Locale, UnknownLocaleError
from babel.core import get_global

from warmline.rooms.sign_languages import SIGN_LANGUAGE_AUTONYMS, SIGN_LANGUAGE_NAMES

Way = Literal["text", "voice", "video"]
WAYS: tuple[Way, ...] = ("text", "voice", "video")

FitKey = str
"""What two tags must have in common, such as `pt-Latn` (text), `pt` (voice), `bfi` (video)."""

_TAG = re.compile(
    r"(?P<language>[a-z]{2,3})"
    r"(?:-(?P<extlang>[a-z]{3}))?"
    r"(?:-(?P<script>[a-z]{4}))?"
    r"(?:-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"
    r"(?:-[a-z0-9](?:-[a-z0-9]{1,8})+)*",
    re.IGNORECASE | re.ASCII,
)
_READ_BY_THE_SAME_PEOPLE = {"nb": "no", "nn": "no"}
_NOT_A_LANGUAGE = {"mul", "und", "zxx", "sgn", "root"}
_CHOSEN_BY_SCRIPT = {"zh": ("zh-Hans", "zh-Hant"), "sr": ("sr-Cyrl", "sr-Latn")}
_NOBODY_GREW_UP_WITH = """
ae afh akk ang arc chb chg cop crr dum egy elx enm frm fro gmh goh got grc hit kaw kho lzh mga non
nwc ota pal peo phn pro sam sga sog sux syc uga zbl
"""


LONGEST_TAG = 35
"""Characters; RFC 5646 §4.4.1 asks software to hold at least these."""


class UnknownLanguageError(ValueError):
    """The text is not a language tag, or no language we know a name for."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A language tag in its parts, in canonical case; `""` where the tag says nothing.

    Variants and extensions (RFC 5646) are dropped: nobody is told apart by them here.
    """

    language: str
    script: str = ""
    region: str = ""

    def __str__(self) -> str:
        return "-".join(part for part in (self.language, self.script, self.region) if part)


@dataclass(frozen=True, slots=True)
class Language:
    """A line of the language picker."""

    tag: str
    name: str
    autonym: str
    is_signed: bool


def fit_key(tag: str, way: Way) -> FitKey | None:
    """What somebody else's tag must also give for the two to fit in this way; None: impossible.

    `None` is a sign language by text or voice. Raises `UnknownLanguageError`.
    """
    parsed = parse(tag)
    if parsed.language in SIGN_LANGUAGE_NAMES:
        return parsed.language if way == "video" else None
    language = _READ_BY_THE_SAME_PEOPLE.get(parsed.language, parsed.language)
    if way != "text":
        return language
    script = _script(parsed)
    return f"{language}-{script}" if script else language


def fit_keys(tags: Iterable[str], ways: Iterable[Way]) -> dict[tuple[FitKey, Way], str]:
    """All (key, way) in which somebody can talk → the first of their tags that gives it.

    A tag we do not know fits nobody; it must not keep the others from being matched.
    """
    wanted = tuple(ways)
    keys: dict[tuple[FitKey, Way], str] = {}
    for tag in filter(is_known, tags):
        for way in wanted:
            key = fit_key(tag, way)
            if key is not None:
                keys.setdefault((key, way), tag)
    return keys


def fits(one: str, other: str, way: Way) -> bool:
    """Whether two people with these languages understand each other in this way."""
    key = fit_key(one, way)
    return key is not None and key == fit_key(other, way)


def is_signed(tag: str) -> bool:
    """Whether this is a sign language, which needs the way `video`."""
    return parse(tag).language in SIGN_LANGUAGE_NAMES


def ways_for(tag: str) -> tuple[Way, ...]:
    """The ways this language can be talked in: `video` alone for a sign language."""
    return ("video",) if is_signed(tag) else WAYS


def normalise(tag: str) -> str:
    """The canonical form: `PT_br` → `pt-BR`, `iw` → `he`, `sgn-ase` → `ase`."""
    return str(parse(tag))


@lru_cache(maxsize=4096)
def parse(tag: str) -> Tag:
    """Take a tag apart (RFC 5646 §2.1) and replace what CLDR replaces.

    Raises `UnknownLanguageError` for what is not a tag, or names no language.
    """
    match = _TAG.fullmatch(tag.strip().replace("_", "-"))
    if match is None or len(tag) > LONGEST_TAG:
        raise UnknownLanguageError(tag)
    language = (match["extlang"] or match["language"]).lower()
    script = (match["script"] or "").title()
    region = (match["region"] or "").upper()
    replacement = _split(get_global("language_aliases").get(language, language))
    found = Tag(replacement.language, script or replacement.script, region or replacement.region)
    if found.language not in _known_languages():
        raise UnknownLanguageError(tag)
    return found


def is_known(tag: str) -> bool:
    """Whether the tag is well formed and names a language."""
    try:
        parse(tag)
    except UnknownLanguageError:
        return False
    return True


def name(tag: str, ui_language: str, translate: Callable[[str], str] = str) -> str:
    """The language's name in the words of `ui_language`.

    Babel's name where it has one; for sign languages ours, through `translate` (gettext). The tag
    itself where neither knows better.
    """
    parsed = parse(tag)
    if parsed.language in SIGN_LANGUAGE_NAMES:
        return translate(SIGN_LANGUAGE_NAMES[parsed.language])
    return _babel_name(parsed, _locale(ui_language)) or str(parsed)


@lru_cache(maxsize=4096)
def autonym(tag: str) -> str:
    """The language's name in itself: `Deutsch`, `português (Brasil)`, `中文 (繁體)`."""
    parsed = parse(tag)
    if parsed.language in SIGN_LANGUAGE_NAMES:
        own = SIGN_LANGUAGE_AUTONYMS.get(parsed.language)
        return own or SIGN_LANGUAGE_NAMES[parsed.language]
    try:
        own_locale = Locale.parse(str(parsed), sep="-")
    except (UnknownLocaleError, ValueError):
        return name(tag, "en")
    return _babel_name(parsed, own_locale) or name(tag, "en")


def all_languages(ui_language: str, translate: Callable[[str], str] = str) -> list[Language]:
    """Every language for a picker, signed ones too, sorted by their names in `ui_language`."""
    languages = [
        Language(tag, name(tag, ui_language, translate), autonym(tag), is_signed(tag))
        for tag in _catalogue()
    ]
    return sorted(languages, key=lambda language: (_sort_key(language.name), language.tag))


@cache
def _catalogue() -> tuple[str, ...]:
    """Tags to choose from: every language CLDR names, the regional and script forms it names."""
    named = {
        normalise(code) for code in _named_by_babel() if _split(code).language in _known_languages()
    }
    by_script = {tag for tags in _CHOSEN_BY_SCRIPT.values() for tag in tags}
    offered = named | by_script | set(SIGN_LANGUAGE_NAMES)
    return tuple(sorted(offered - _CHOSEN_BY_SCRIPT.keys() - set(_NOBODY_GREW_UP_WITH.split())))


@cache
def _known_languages() -> frozenset[str]:
    named = {_split(code).language for code in _named_by_babel()}
    return frozenset((named | set(SIGN_LANGUAGE_NAMES)) - _NOT_A_LANGUAGE)


def _named_by_babel() -> list[str]:
    return [str(code) for code in Locale("en").languages]


def _script(tag: Tag) -> str:
    """The script a text in this language is written in, by CLDR's likely subtags; "" if unknown."""
    if tag.script:
        return tag.script
    likely = get_global("likely_subtags")
    for known in (f"{tag.language}_{tag.region}", tag.language):
        if known in likely:
            return _split(likely[known]).script
    return ""


def _split(code: str) -> Tag:
    """Babel's own code, such as `sr_Latn` or `sw_CD`, in its parts."""
    language, *rest = code.split("_")
    script = next((part for part in rest if len(part) == 4), "")
    region = next((part for part in rest if len(part) in (2, 3)), "")
    return Tag(language, script, region)


def _babel_name(tag: Tag, locale: Locale) -> str | None:
    names = locale.languages
    for known in (str(tag).replace("-", "_"), _short(tag)):
        if known in names:
            return str(names[known])
    plain = names.get(tag.language)
    details = [locale.scripts.get(tag.script), locale.territories.get(tag.region)]
    extra = ", ".join(detail for detail in details if detail)
    if plain is None or not extra:
        return plain
    return f"{plain} ({extra})"


def _short(tag: Tag) -> str:
    """`zh_Hant` for `zh-Hant` and `pt` for `pt`: what a tag without a region is called."""
    return "" if tag.region else "_".join(part for part in (tag.language, tag.script) if part)


def _locale(ui_language: str) -> Locale:
    try:
        return Locale.parse(ui_language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def _sort_key(text: str) -> str:
    """Letters without their marks, in lower case, so that É stands with E."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))
