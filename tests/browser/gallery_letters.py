"""Pictures of letters for the gallery, on both sides of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect

from tests.browser.steps import keep_key

if TYPE_CHECKING:
    from tests.browser.gallery import Gallery

WORDS = """I don't know where to begin.

Since my brother died the nights are long. In the day it goes, I work, I laugh even. Then it is
two in the morning, and I lie there and go through everything that I did not say.

I don't want to tell my friends again. They have heard it."""
ANSWER = """Thank you for writing this. I lost somebody too, and I know two in the morning well.

You don't have to have said everything. I think he knew more than you believe."""


def letters(gallery: Gallery) -> None:
    ada = gallery.service.seed("seeker", alias="Ada")
    gallery.show("letter", "/letter/", ada)
    gallery.show("letter-about", "/letter/about/", ada)
    gallery.show("letter-nobody", "/letter/about/", ada, act=_go_on)
    ben = gallery.service.seed("letter_reader", name="luca")
    with gallery.window(ada) as page:
        page.goto("/letter/about/")
        _go_on(page)
        page.get_by_label("Your letter", exact=True).fill(WORDS)
        gallery.take("letter-write", page)
        page.get_by_role("button", name="Go on: your six words").click()
        words = page.locator("[data-six-list] li")
        expect(words).to_have_count(6)
        six = " ".join(words.all_inner_texts())
        gallery.take("letter-six-words", page)
        page.get_by_role("button", name="Send my letter").click()
        gallery.take("letter-not-kept", page)
        page.get_by_label("I have kept my six words.").check()
        page.get_by_role("button", name="Send my letter").click()
        expect(page.get_by_role("heading", name="Your letter waits for its answer")).to_be_visible()
        gallery.take("letter-waits", page)
    gallery.show("letters-open", "/volunteer/letters/", ben)
    with gallery.window(ben) as page:
        page.goto("/volunteer/letters/")
        page.get_by_role("button", name="Take this letter").click()
        expect(page.get_by_text("Your letter key is not in this browser")).to_be_visible()
        gallery.take("letter-no-key", page)
        keep_key(page, ben["key"])
        page.reload()
        expect(page.get_by_text("two in the morning")).to_be_visible()
        gallery.take("letter-taken", page)
        page.goto("/volunteer/letters/")
        gallery.take("letters-mine", page)
        page.go_back()
        page.get_by_label("Your answer").fill(ANSWER)
        page.get_by_role("button", name="Send my answer").click()
        expect(page.get_by_text("Your answer is sent.")).to_be_visible()
        gallery.take("letter-answer-sent", page)
    gallery.show("letter-has-answer", "/letter/", ada)
    gallery.show("letter-read", "/letter/read/")
    with gallery.window() as page:
        page.goto("/letter/read/")
        page.get_by_label("Your six words").fill(six)
        page.get_by_role("button", name="Open").click()
        expect(page.get_by_text("I lost somebody too")).to_be_visible()
        gallery.take("letter-opened", page)


def _go_on(page: Page) -> None:
    page.get_by_label("English").check()
    page.get_by_role("button", name="Go on").click()
    page.wait_for_load_state()
