"""`python -m tests.browser.gallery FOLDER`: a picture of every page, narrow and wide, light and dark.

To be looked at by people; nothing is compared. A page that cannot be reached is named, the others are
still taken, and the exit status is 1.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.app_codes import PASSWORD, code
from tests.browser.conftest import ARGUMENTS, reaching
from tests.browser.gallery_appointments import appointments
from tests.browser.gallery_letter_keys import letter_keys
from tests.browser.gallery_letters import letters
from tests.browser.steps import keep_key
from tests.served.service import Service, served

SIZES = [{"width": 390, "height": 844}, {"width": 1280, "height": 800}]
SCHEMES: list[Literal["light", "dark"]] = ["light", "dark"]
Who = dict[str, Any] | None
Act = Callable[[Page], None]


class Gallery:
    """Takes pictures in one browser, each of a fresh window of somebody."""

    def __init__(self, browser: Browser, service: Service, folder: Path) -> None:
        self.browser = browser
        self.service = service
        self.folder = folder
        self.missing: list[str] = []

    def show(self, name: str, path: str, who: Who = None, act: Act | None = None) -> None:
        """Open a page as somebody, do something there, take its picture; `missing` if that fails."""
        try:
            with self.window(who) as page:
                page.goto(path)
                if act:
                    act(page)
                self.take(name, page)
        except Exception as error:
            first_line = str(error).splitlines()[0] if str(error) else type(error).__name__
            self.missing.append(f"{name}: {first_line}")

    @contextmanager
    def window(self, who: Who = None) -> Iterator[Page]:
        """A browser of somebody's own, signed in if they have a session."""
        context = self.browser.new_context(base_url=self.service.url, reduced_motion="reduce")
        context.set_default_timeout(8_000)
        if who:
            context.add_cookies(
                [
                    {"name": name, "value": str(who[name]), "url": self.service.url}
                    for name in ("session", "rules")
                    if name in who
                ]
            )
        yield context.new_page()
        context.close()

    def take(self, name: str, page: Page) -> None:
        """The page as it is now, in four ways."""
        for size, scheme in product(SIZES, SCHEMES):
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=scheme)
            target = self.folder / f"{name}-{size['width']}-{scheme}.png"
            page.screenshot(path=target, full_page=True, animations="disabled")


def main() -> int:
    """Serve a community, walk through all of it, say what is missing."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    found = os.environ.get("WARMLINE_TEST_CHROMIUM") or shutil.which("chromium")
    with tempfile.TemporaryDirectory(prefix="warmline-") as data, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=[*ARGUMENTS, reaching()])
        with served(Path(data)) as service:
            gallery = Gallery(browser, service, folder)
            first_run(gallery)
            service.seed("night_window")
            doors(gallery)
            seekers(gallery)
            coming_back(gallery)
            letters(gallery)
            appointments(gallery)
            letter_keys(gallery)
            plans(gallery)
            volunteers(gallery)
            talks(gallery)
            volunteers_well(gallery)
            coordinators(gallery)
            accounts(gallery)
            opening(gallery)
            reporting(gallery)
            joining(gallery)
            rules(gallery)
        browser.close()
    print(f"{len(list(folder.glob('*.png')))} pictures in {folder}/")
    for line in gallery.missing:
        print(f"missing: {line}", file=sys.stderr)
    return 1 if gallery.missing else 0


def accounts(gallery: Gallery) -> None:
    gallery.show("password-forgotten", "/accounts/forgotten/")
    gallery.show("link-over", "/accounts/new-password/mail/1/gone/")
    gallery.service.seed("newcomer", name="noor")
    with gallery.window() as page:
        _first_step(page)
        gallery.take("second-factor", page)
        page.goto("/account/second/app/")
        gallery.take("new-app", page)
        page.get_by_label("Code from your app").fill(
            code(page.locator(".secret").inner_text().replace(" ", ""))
        )
        _press_main(page)
        gallery.take("recovery-codes", page)
        page.get_by_label("I have these codes in a safe place.").check()
        _press_main(page)
        for name, path in (("account", "/account/"), ("stop", "/account/stop/volunteer/")):
            page.goto(path)
            gallery.take(name, page)
        page.goto("/account/second/app/")
        gallery.take("ask-again", page)
    with gallery.window() as page:
        _first_step(page)
        gallery.take("second-step", page)
        page.goto("/accounts/second/lost/")
        gallery.take("factor-lost", page)
        page.get_by_role("button", name="Ask for a new one").click()
        gallery.take("factor-asked", page)
    ellis = gallery.service.seed("coordinator", name="ellis")
    gallery.show("desk-sign-in", "/desk/sign-in/", ellis)


def _first_step(page: Page) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Sign-in name").fill("noor")
    page.get_by_label("Password").fill(PASSWORD)
    _press_main(page)


def first_run(gallery: Gallery) -> None:
    gallery.show("not-set-up", "/")
    link = gallery.service.setup_link
    gallery.show("first-run-1", link)
    gallery.show("first-run-2", link, act=_name_community)
    gallery.show("first-run-3", link, act=_choose_languages)
    gallery.show("first-run-wrong-code", "/setup/wrong-code/")


def _name_community(page: Page) -> None:
    page.get_by_label("Name of your community").fill("Night Window")
    page.get_by_label("Country").select_option("DE")
    _press_main(page)


def _choose_languages(page: Page) -> None:
    _name_community(page)
    page.get_by_label("Time zone").select_option("Europe/Berlin")
    page.get_by_label("English", exact=True).check()
    _press_main(page)


def doors(gallery: Gallery) -> None:
    gallery.show("sign-in", "/accounts/login/")
    gallery.show("sign-in-refused", "/accounts/login/", act=_submit_wrong_password)
    gallery.show("invitation-over", "/join/wrong-code/")
    gallery.show("not-found", "/nothing-here/")
    gallery.show("leaving-fast", "/leaving-fast/")
    gallery.show("privacy", "/privacy/")
    gallery.show("crisis", "/crisis/")
    gallery.show("crisis-country", "/crisis/de/")
    with gallery.window() as page:
        refusal = _answer_to_foreign_host(gallery.service)
        page.route("**/", lambda route: route.fulfill(body=refusal, content_type="text/html"))
        page.goto("/")
        gallery.take("insecure", page)


def _answer_to_foreign_host(service: Service) -> str:
    asked = urllib.request.Request(service.url, headers={"Host": "name.example"})
    try:
        urllib.request.urlopen(asked, timeout=5)
    except urllib.error.HTTPError as refused:
        return refused.read().decode()
    raise AssertionError("a foreign host was served")


def _submit_wrong_password(page: Page) -> None:
    page.get_by_label("Sign-in name").fill("nobody")
    page.locator("input[type=password]").fill("not the password")
    page.locator("main form button[type=submit]").click()
    page.wait_for_load_state()


def seekers(gallery: Gallery) -> None:
    ada = gallery.service.seed("seeker", alias="Ada")
    gallery.show("home-nobody", "/")
    gallery.show("begin", "/begin/")
    gallery.show("begin-refused", "/begin/", act=_press_main)
    gallery.show("about", "/begin/about/", ada)
    gallery.show("about-more", "/begin/about/", ada, act=_open_details)
    gallery.show("place-lost", "/waiting/", ada)
    waits = gallery.service.seed("request", alias="Ines", about=("grief", "sleep"))
    gallery.show("waiting-nobody", "/waiting/", waits)
    gallery.service.seed("volunteer", name="chioma", ready=25)
    gallery.show("home-someone", "/")
    gallery.show("waiting-someone", "/waiting/", waits)
    telling(gallery, waits)


def telling(gallery: Gallery, waits: dict[str, Any]) -> None:
    gallery.show("tell-me-without-mail", "/tell-me/", waits)
    gallery.service.seed("mail_to", port=1)
    gallery.show("tell-me", "/tell-me/", waits)
    gallery.show("tell-me-refused", "/tell-me/", waits, act=_press("Send me one e-mail"))
    gallery.show("tell-me-chosen", "/tell-me/", waits, act=_leave_address)
    gallery.show("tell-me-over", "/tell-me/back/over/")
    gallery.show("notices-on-iphone", "/notices-on-iphone/")
    gallery.service.seed("no_mail")


def _leave_address(page: Page) -> None:
    page.get_by_label("Your e-mail address").fill("ada@example.org")
    page.get_by_role("button", name="Send me one e-mail").click()
    page.wait_for_load_state()


def _press_main(page: Page) -> None:
    page.locator("main .button--main").click()
    page.wait_for_load_state()


def _open_details(page: Page) -> None:
    for summary in page.locator("summary").all():
        summary.click()


def coming_back(gallery: Gallery) -> None:
    talked = gallery.service.seed("talked", seeker="Orla", volunteer="quinn", minutes=46)
    orla = talked["seeker"]
    gallery.show("goodbye-remember", talked["goodbye"], orla)
    gallery.show("remember-nobody", "/remember/")
    gallery.show("remember", "/remember/", orla)
    gallery.show("six-words", "/remember/words/", orla, act=_draw_words)
    gallery.show("remember-saved", "/remember/", orla, act=_press("Remember me here"))
    gallery.show("come-back", "/come-back/")
    gallery.show("come-back-working", "/come-back/", act=_try_words)
    gallery.show("come-back-refused", "/come-back/", act=_try_wrong_words)
    gallery.show("come-back-welcome", "/come-back/welcome/", orla)
    waits = gallery.service.seed("request", alias="Rhea", about=("sleep",))
    gallery.show("come-back-busy", "/come-back/", waits)
    gallery.show("forgotten", "/remember/", orla, act=_press("Delete everything about me"))


def _press(name: str) -> Act:
    def act(page: Page) -> None:
        page.get_by_role("button", name=name).click()
        page.wait_for_load_state()

    return act


def _draw_words(page: Page) -> None:
    expect(page.get_by_label("Six words, in this order")).to_be_visible()


def _try_words(page: Page) -> None:
    page.route("**/proof/come-back/", lambda route: None)
    page.get_by_label("Your six words").fill("maple window harbour lantern meadow violin")
    page.get_by_role("button", name="Come back").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()


def _try_wrong_words(page: Page) -> None:
    page.get_by_label("Your six words").fill("maple window harbour lantern meadow violin")
    page.get_by_role("button", name="Come back").click()
    expect(page.get_by_text("That did not work.").first).to_be_visible()


def plans(gallery: Gallery) -> None:
    iris = gallery.service.seed("came_often", alias="Iris", listener="rosa")
    team = [gallery.service.seed("volunteer", name=name) for name in ("tomas", "uma")]
    gallery.show("goodbye-plan", iris["goodbye"], iris)
    gallery.show("plan-invited", "/plan/", iris)
    gallery.show("plan-remember", "/plan/wish/", iris)
    gallery.show("plan-about", "/plan/about/")
    plan = gallery.service.seed("wished_plan", alias="Iris")
    gallery.show("plan-wished", "/plan/", iris)
    gallery.show("plan-wish", "/plan/wish/", iris)
    dana = gallery.service.seed("coordinator", name="vera")
    gallery.show("desk-plans", "/desk/plans/", dana)
    gallery.show("desk-plan", f"/desk/plans/{plan}/", dana)
    gallery.service.seed("proposed_plan", alias="Iris", team=[each["person"] for each in team])
    gallery.show("plan-proposed", "/plan/", iris)
    gallery.show("volunteer-plans", "/volunteer/plans/", team[0])
    gallery.service.seed("agree_to_plan", alias="Iris")
    gallery.service.seed("talk_of_plan", alias="Iris", volunteer=team[0]["person"])
    gallery.show("plan-agreed", "/plan/", iris, act=_open_details)
    gallery.show("plan-later", "/begin/about/", iris)


def volunteers(gallery: Gallery) -> None:
    ben = gallery.service.seed("volunteer", name="ben", been_there=("grief",))
    gallery.show("volunteer", "/volunteer/", ben)
    for step in ("", "languages/", "topics/", "card/", "limits/"):
        gallery.show(f"profile-{step.strip('/') or 'overview'}", f"/volunteer/profile/{step}", ben)
    gallery.show("notices", "/volunteer/notices/", ben)
    gallery.show("new-password", "/accounts/password/", ben)
    gallery.show("sign-out", "/accounts/logout/", ben)
    femi = gallery.service.seed("volunteer", name="femi", ready=25)
    gallery.show("volunteer-ready", "/volunteer/", femi)
    gallery.service.seed(
        "request", alias="Noor", about=("loneliness",), content_note="I lost my job."
    )
    gallery.show("volunteer-offer", "/volunteer/", femi, act=_wait_for_offer)


def _wait_for_offer(page: Page) -> None:
    expect(page.get_by_role("button", name="Not now")).to_be_visible(timeout=25_000)


def talks(gallery: Gallery) -> None:
    met = gallery.service.seed("talk", seeker="Mira", volunteer="gita", started=False)
    gallery.show("met", "/met/", met["seeker"])
    talk = gallery.service.seed("talk", seeker="Lena", volunteer="hugo")
    with gallery.window(talk["seeker"]) as lena, gallery.window(talk["volunteer"]) as hugo:
        lena.goto(talk["url"])
        hugo.goto(talk["url"])
        try:
            _say(lena, "Hi. I can't sleep again, and it is so quiet here.", hugo)
            _say(hugo, "Hi Lena. I'm glad you wrote. I know those nights.", lena)
            _say(lena, "It started when I lost my job. I keep going over it.", hugo)
        except Exception as error:
            gallery.missing.append(f"messages: {str(error).splitlines()[0]}")
        gallery.take("talk-seeker", lena)
        gallery.take("talk-volunteer", hugo)
        hugo.context.set_offline(True)
        lena.wait_for_timeout(1_500)
        gallery.take("talk-volunteer-without-line", hugo)
        hugo.context.set_offline(False)
    ended = gallery.service.seed("talk", seeker="Olga", volunteer="pia")
    with gallery.window(ended["seeker"]) as olga, gallery.window(ended["volunteer"]) as pia:
        olga.goto(ended["url"])
        pia.goto(ended["url"])
        try:
            _end(pia)
            expect(olga.get_by_role("textbox")).to_have_count(0)
            gallery.take("talk-ended-by-other", olga)
            gallery.take("goodbye-volunteer", pia)
            olga.goto(f"{ended['url']}goodbye/")
            gallery.take("goodbye-seeker", olga)
        except Exception as error:
            gallery.missing.append(f"goodbye: {str(error).splitlines()[0]}")
    gallery.show("report", f"{ended['url']}report/", ended["seeker"])
    gallery.show("report-refused", f"{ended['url']}report/", ended["seeker"], act=_press_main)
    gallery.show("report-state", "/report/")
    gallery.show("talk-of-others", ended["url"], gallery.service.seed("seeker", alias="Eve"))


def _say(page: Page, text: str, to: Page) -> None:
    page.get_by_role("textbox").fill(text)
    page.get_by_role("button", name="Send").click()
    expect(to.get_by_role("log").get_by_text(text)).to_be_visible()


def _end(page: Page) -> None:
    page.get_by_role("button", name="End").first.click()
    confirm = page.get_by_role("dialog").get_by_role("button", name="End")
    if confirm.count():
        confirm.first.click()
    page.wait_for_url("**/goodbye/")


def volunteers_well(gallery: Gallery) -> None:
    """After a talk, a rest, talking about how it was; and the cover."""
    seed = gallery.service.seed
    talk = seed("talk", seeker="Nia", volunteer="quinn")
    hard = seed("talk", seeker="Tove", volunteer="rosa")
    seed("end_after_handover", room=hard["room"])
    gallery.show("goodbye-after-handover", f"{hard['url']}goodbye/", hard["volunteer"])
    gallery.show("talk-covered", talk["url"], talk["volunteer"], act=_let_idle)
    seed("end_after_handover", room=talk["room"], handover=False)
    goodbye = f"{talk['url']}goodbye/"
    gallery.show("goodbye-mood", goodbye, talk["volunteer"])
    gallery.show("goodbye-mood-said", goodbye, talk["volunteer"], act=_say_mood)
    gallery.show("debrief-nobody", "/volunteer/debrief/", talk["volunteer"])
    dana = seed("coordinator", name="lin")
    gallery.show("debrief", "/volunteer/debrief/", talk["volunteer"])
    gallery.show("debrief-asked", "/volunteer/debrief/", talk["volunteer"], act=_press_main)
    gallery.show("debrief-others", "/volunteer/debrief/", dana)
    gallery.show("debrief-room", "/volunteer/debrief/", dana, act=_listen)
    uma = seed("volunteer", name="uma")
    gallery.show("reachable", "/volunteer/reachable/", uma)
    gallery.show("resting-begin", "/volunteer/", uma, act=_open_details)
    gallery.show("resting", "/volunteer/", uma, act=_rest)


def _let_idle(page: Page) -> None:
    page.clock.install()
    page.reload()
    page.clock.fast_forward(301_000)
    expect(page.get_by_role("dialog")).to_be_visible()


def _say_mood(page: Page) -> None:
    page.get_by_role("button", name="It was a lot").click()


def _listen(page: Page) -> None:
    page.get_by_role("button", name="Listen to").first.click()
    page.wait_for_url("**/room/**")


def _rest(page: Page) -> None:
    page.get_by_role("button", name="Rest for as long as you like").click()
    expect(page.get_by_role("heading", name="You are resting")).to_be_visible()


def open_hours(gallery: Gallery, dana: dict[str, Any]) -> None:
    series = gallery.service.seed("open_hours")
    gallery.show("home-open-hours", "/")
    gallery.show("desk-hours-change", f"/desk/hours/{series}/", dana)
    nils = gallery.service.seed("volunteer", name="nils")
    gallery.show("volunteer-hours", "/volunteer/hours/", nils)
    gallery.show(
        "volunteer-hours-address", "/volunteer/hours/", nils, act=_press("Make an address")
    )


def coordinators(gallery: Gallery) -> None:
    dana = gallery.service.seed("dana")
    gallery.service.seed("coordinator", name="toni")
    gallery.service.seed("noted")
    open_hours(gallery, dana)
    for path in _addresses_below("desk/"):
        gallery.show(path.strip("/").replace("/", "-"), f"/{path}", dana)
    gallery.show("desk-record-checked", "/desk/record/", dana, act=_press("Check the record"))
    gallery.show("own-record", "/account/record/", dana)
    gallery.service.seed("left_alone", name="dana")
    gallery.show("desk-alone-announced", "/desk/alone/", dana, act=_press("Tell all volunteers"))
    gallery.show("alone-notice", "/account/alone/", dana)
    gallery.show("desk-topic", "/desk/topics/grief/", dana)
    gallery.show("desk-refused", "/desk/", gallery.service.seed("seeker", alias="Eve"))
    with gallery.window(dana) as page:
        page.goto("/desk/invite/?kind=volunteer")
        _press_main(page)
        gallery.take("desk-invited", page)
        link = page.get_by_label("Link", exact=True).input_value()
    gallery.show("join", link)
    gallery.show("join-signed-in", link, dana)


def opening(gallery: Gallery) -> None:
    """A sealed report: without the key, with it, a first yes, opened, a newcomer, gone."""
    who = {name: gallery.service.seed("coordinator", name=name) for name in ("wanja", "ximena")}
    gallery.service.seed("volunteer", name="yul")
    keys = {name: gallery.service.seed("keyholder", name=name) for name in who}
    path = gallery.service.seed("sealed_report", reported="Yul Alias", forged=4)
    late = gallery.service.seed("coordinator", name="zadie")
    keys["zadie"] = gallery.service.seed("keyholder", name="zadie")
    with gallery.window(who["wanja"]) as page:
        _read_report(page, path)
        gallery.take("desk-report-no-key", page)
        keep_key(page, keys["wanja"])
        page.reload()
        expect(page.locator("[data-words]")).to_be_visible()
        gallery.take("desk-report-sealed", page)
        page.get_by_role("button", name="Say yes to opening it").click()
        expect(page.get_by_text("You have said yes.")).to_be_visible()
        gallery.take("desk-report-said-yes", page)
    with gallery.window(who["ximena"]) as page:
        page.goto("/desk/reports/")
        gallery.take("desk-reports-to-open", page)
        keep_key(page, keys["ximena"])
        _read_report(page, path)
        expect(page.get_by_role("button", name="Open it")).to_be_visible()
        gallery.take("desk-report-ready", page)
        page.get_by_role("button", name="Open it").click()
        expect(page.locator("[data-lines] li")).to_have_count(4)
        gallery.take("desk-report-opened", page)
    with gallery.window(late) as page:
        _read_report(page, path)
        gallery.take("desk-report-newcomer", page)
    gallery.service.seed("leaves", alias="Ximena Alias")
    gallery.show("desk-report-gone", path, who["wanja"])


def _read_report(page: Page, path: str) -> None:
    page.goto(path)
    page.get_by_role("button", name="Read what they wrote").click()
    page.wait_for_load_state()


def reporting(gallery: Gallery) -> None:
    """The report in the place of the talk, where two keyholders can open what goes along."""
    for name in ("vesna", "wangari"):
        gallery.service.seed("coordinator", name=name)
        gallery.service.seed("keyholder", name=name)
    talk = gallery.service.seed("talk", seeker="Rosa", volunteer="sam")
    with gallery.window(talk["seeker"]) as rosa, gallery.window(talk["volunteer"]) as sam:
        rosa.goto(talk["url"])
        sam.goto(talk["url"])
        try:
            for by, to, text in (
                (rosa, sam, "Hello. It is one of those nights."),
                (sam, rosa, "I am here. Where do you live? I could come by."),
                (rosa, sam, "No, thank you. I would rather write."),
            ):
                _say(by, text, to)
            sam.get_by_role("button", name="End the talk", exact=True).click()
            rosa.get_by_role("link", name="Report something").click()
            rosa.get_by_role("checkbox").nth(1).uncheck()
            gallery.take("report-with-messages", rosa)
            rosa.get_by_role("button", name="Send the report").click()
            expect(rosa.get_by_role("alert").filter(has_text="Please choose")).to_be_visible()
            gallery.take("report-with-messages-refused", rosa)
            rosa.get_by_label("Insults or shaming").check()
            rosa.get_by_role("button", name="Send the report").click()
            expect(rosa.get_by_label("Your code")).to_be_visible()
            gallery.take("report-with-messages-sent", rosa)
        except Exception as error:
            gallery.missing.append(f"report with messages: {str(error).splitlines()[0]}")
    gallery.show("report-later", f"{talk['url']}report/", talk["volunteer"])


def joining(gallery: Gallery) -> None:
    """A third: asked for, at the door, in the talk, gone again."""
    talk = gallery.service.seed("talk", seeker="Sana", volunteer="theo")
    ready = gallery.service.seed("volunteer", name="umi", ready=60)
    with (
        gallery.window(talk["seeker"]) as sana,
        gallery.window(talk["volunteer"]) as theo,
        gallery.window(ready) as umi,
    ):
        try:
            sana.goto(talk["url"])
            theo.goto(talk["url"])
            _say(theo, "Shall we ask somebody who knows more about this?", sana)
            theo.locator("[data-who] > summary").click()
            gallery.take("talk-who", theo)
            theo.get_by_role("button", name="A second listener").click()
            expect(sana.locator("[data-third-now]")).to_contain_text("join you?")
            gallery.take("talk-third-question", sana)
            sana.get_by_role("button", name="Yes, please ask").click()
            umi.goto("/volunteer/")
            expect(umi.locator("[data-call]")).to_be_visible()
            gallery.take("volunteer-third-card", umi)
            umi.get_by_role("button", name="I come").click()
            expect(umi.locator("[data-door]")).to_contain_text("still have to let you in")
            gallery.take("third-at-the-door", umi)
            let_in = sana.get_by_role("button", name="Yes, let them in")
            expect(let_in).to_be_visible()
            gallery.take("talk-third-let-in", sana)
            for page in (sana, theo):
                page.get_by_role("button", name="Yes, let them in").click()
            expect(umi.locator("[data-door]")).to_contain_text("You are in.")
            _say(umi, "Hello to you both. I am glad to be here.", sana)
            sana.locator("[data-who] > summary").click()
            sana.get_by_role("button", name="Make a code").click()
            expect(sana.locator("[data-code] li")).to_have_count(7)
            gallery.take("talk-of-three", sana)
            gallery.take("third-in-the-talk", umi)
            sana.get_by_role("button", name="Ask them to leave").click()
            expect(umi.get_by_role("heading", name="You are out of this talk")).to_be_visible()
            gallery.take("third-out", umi)
            umi.goto(f"/volunteer/third/room/{talk['room']}/over/")
            gallery.take("third-over", umi)
        except Exception as error:
            gallery.missing.append(f"third: {str(error).splitlines()[0]}")


def rules(gallery: Gallery) -> None:
    """Last, because the clock moves."""
    service = gallery.service
    dana = service.seed("sign_in", alias="Dana Alias")
    drafts = {audience: service.seed("next_rules", audience=audience) for audience in RULES_FOR}
    draft = drafts["seekers"]
    gallery.show("desk-rules-draft", draft, dana)
    gallery.show("desk-rules-add", f"{draft}add/", dana)
    gallery.show("desk-rules-entry", f"{draft}entries/kind/", dana)
    gallery.show("desk-rules-publish", f"{draft}publish/", dana)
    gallery.show("desk-rules-publish-refused", f"{draft}publish/", dana, act=_too_soon)
    for audience in RULES_FOR:
        gallery.show(f"rules-{audience}", f"/rules/{audience}/")
        service.seed("announce_rules", audience=audience)
    gallery.show("desk-rules-announced", "/desk/rules/", dana)
    gallery.show("rules-changes", "/rules/seekers/1/to/2/")
    gallery.show("rules-to-come", "/rules/seekers/2/")
    gallery.show("home-rules-change", "/")
    gallery.show("begin-rules-change", "/begin/")
    mia = service.seed("volunteer", name="mia")
    gallery.show("volunteer-rules-change", "/volunteer/", mia)
    service.move(timedelta(days=9))
    gallery.show("rules-again", "/begin/", {**service.seed("seeker"), "rules": 1})
    mia = service.seed("sign_in", alias="Mia Alias")
    gallery.show("volunteer-rules-changed", "/volunteer/", mia)
    gallery.show("rules-accept", "/volunteer/rules/", mia)


RULES_FOR = ("seekers", "volunteers")


def _too_soon(page: Page) -> None:
    page.get_by_label("In force from").fill("2020-01-01")
    _press_main(page)


def _addresses_below(start: str) -> list[str]:
    """The service's addresses that begin so and need no number."""
    from django.urls import URLPattern, URLResolver, get_resolver

    def below(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[str]:
        for pattern in patterns:
            path = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from below(pattern.url_patterns, path)
            elif path.startswith(start) and "<" not in path and not _is_a_verb(path):
                yield path

    return list(below(get_resolver("warmline.urls").url_patterns, ""))


def _is_a_verb(path: str) -> bool:
    """Takes a form and shows no page of its own."""
    return path.endswith(("/check/", "/announce/", "/call-off/"))


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    sys.exit(main())
