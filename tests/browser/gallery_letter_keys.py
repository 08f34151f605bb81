"""Pictures of a letter key for the gallery: made, here, elsewhere, restored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from tests.browser.gallery import Gallery

KEY = "/volunteer/letters/key/"


def letter_keys(gallery: Gallery) -> None:
    maya = gallery.service.seed("volunteer", name="maya")
    gallery.show("letter-key-none", KEY, maya)
    with gallery.window(maya) as page:
        page.goto(f"{KEY}new/")
        gallery.take("letter-key-new", page)
        page.get_by_role("button", name="Make the key").click()
        shown = page.locator(".recovery-code li")
        expect(shown).to_have_count(7)
        code = shown.all_inner_texts()
        gallery.take("letter-key-code", page)
        page.get_by_role("button", name="I have it on paper").click()
        labels = page.locator("label[data-asks]")
        expect(labels.first).to_contain_text("Group")
        for label, field in zip(
            labels.all_inner_texts(), page.locator("[data-part]").all(), strict=True
        ):
            field.fill(code[int(label.split()[1]) - 1])
        gallery.take("letter-key-check", page)
        page.get_by_role("button", name="Finish").click()
        expect(page.get_by_text("Your letter key is on this device.")).to_be_visible()
        gallery.take("letter-key-here", page)
        page.goto("/accounts/logout/")
        expect(page.get_by_label("Delete my letter key on this device too.")).to_be_visible()
        gallery.take("sign-out-letter-key", page)
    with gallery.window(maya) as page:
        page.goto(KEY)
        expect(page.get_by_text("Your letter key is not on this device.")).to_be_visible()
        gallery.take("letter-key-elsewhere", page)
        page.goto(f"{KEY}restore/")
        page.get_by_label("Recovery code").fill(" ".join(code)[:-1])
        page.get_by_role("button", name="Open my key").click()
        expect(page.get_by_text("This is not a whole code")).to_be_visible()
        gallery.take("letter-key-not-whole", page)
