import { canKeepSecrets } from "../lib/able";
import { Announcer } from "../lib/announcer";
import { Conversation, type Then } from "../lib/conversation";
import { isEventOf, isOfRoom, type IncomingFrame } from "../lib/frames";
import { InOrder } from "../lib/in-order";
import { TalkStorage } from "../lib/kept";
import { recordsIn, type SeatRecords } from "../lib/keys/record-store";
import { SeatTab, type Handed } from "../lib/keys/seat-tab";
import { LEAVING } from "../lib/leaving";
import type { Line, LineState } from "../lib/line";
import { OwnLine } from "../lib/own-line";
import { Pulse } from "../lib/pulse";
import { Refusal, jsonOf, part, post, worked } from "../lib/server";
import { SignOff } from "../lib/sign-off";
import { lineTo } from "../lib/socket";
import { entriesOf, type Entry } from "../lib/talk-entries";
import { TalkTime } from "../lib/talk-time";
import { TypingTurn } from "../lib/typing-turn";
import { Wakefulness } from "../lib/wakefulness";
import { setText, wordsIn } from "../lib/words";
import { Companions } from "./talk/companions";
import { Company } from "./talk/company";
import { Composer } from "./talk/composer";
import { HelpCard } from "./talk/help-card";
import { TalkLog } from "./talk/log";
import { reportInPlace } from "./talk/report-in-place";
import { TalkKeys } from "./talk/talk-keys";
import { Tray, type Message } from "./talk/tray";

const BEAT_SECONDS = 5;
const TICK_MS = 1000;
const RETRY_MS = 2000;

/**
 * `<wl-talk data-room data-seat data-keys-url data-partner data-ticket-url data-state-url data-goodbye-url
 * data-pulse-url>`: the conversation. The state is `Conversation`'s; this puts line, state and page together.
 */
class WlTalk extends HTMLElement {
  private readonly say = wordsIn(this);
  private readonly time = new TalkTime();
  private readonly turn = new TypingTurn();
  private readonly wakefulness = new Wakefulness();
  private readonly ownLine = new OwnLine(Date.now());
  private readonly steps = new InOrder((reason) => { this.failed(reason); });
  private readonly tabStorage = ownStorage();
  private conversation: Conversation | null = null;
  private keys: TalkKeys | null = null;
  private company: Company | null = null;
  private tab: SeatTab | null = null;
  private records: SeatRecords | null = null;
  private lookingForKeys = false;
  private storage: TalkStorage | null = null;
  private line: Line | null = null;
  private pulse: Pulse | null = null;
  private log: TalkLog | null = null;
  private announcer: Announcer | null = null;
  private composer: Composer | null = null;
  private readonly signOff = new SignOff();
  private readonly companions = new Companions((url) => { this.didNotGoAlong(url); });
  private helpCard: HelpCard | null = null;
  private signOffsHeard = 0;
  private ticking: ReturnType<typeof setInterval> | undefined;
  private listening: AbortController | null = null;
  private readonly pageTitle = document.title;
  private read = 0;
  private wasSynced = false;
  private saysTyping = false;
  private notSent = 0;
  private endAsked = false;
  private endFetching = false;
  private endShown = false;
  private ending = false;
  private left = false;

  connectedCallback(): void {
    this.announcer = new Announcer(this.querySelector("[data-said]"));
    this.log = this.newLog();
    this.composer = this.newComposer();
    this.helpCard = this.newHelpCard();
    this.openTray();
    this.listening = new AbortController();
    this.listen(this.listening.signal);
    this.steps.run(async () => { await this.begin(); });
  }

  disconnectedCallback(): void {
    this.stop();
  }

  private async begin(): Promise<void> {
    if (!canKeepSecrets()) return; // wl-able says so.
    const [room, seat] = [this.number("room"), this.number("seat")];
    const records = (this.records = recordsIn(this.tabStorage, room));
    const log = { upTo: () => this.conversation?.upTo ?? 0, chainAt: (seq: number) => this.conversation?.chainAt(seq) ?? null };
    this.keys = new TalkKeys({ room, seat, url: this.dataset.keysUrl ?? "", records, log });
    this.company = this.newCompany(this.keys, seat);
    const place = { room, seat, partners: [1, 2].filter((one) => one !== seat) };
    this.conversation = await Conversation.begin(place, this.keys, (note) => this.company?.noted(note));
    this.tab = new SeatTab(`seat:${String(room)}:${String(seat)}`, () => this.handOver());
    if (this.left) return;
    if (!(await this.tab.claim())) this.goElsewhere();
    else if (records.load() && !isReload()) this.toggleAttribute("data-asks", true);
    else await this.comeIn();
  }

  /** Our seat, in this tab: keys, then what an earlier page had not got rid of, then the line. */
  private async comeIn(): Promise<void> {
    this.toggleAttribute("data-asks", false);
    this.openLine(); // What it brings waits its turn, until we have come in.
    while (!(await this.keys?.begin())) {
      if (this.left) return;
      this.showAndTell("[data-own-line]", this.say("connecting"));
      await pause(RETRY_MS);
    }
    const { keyring } = this.keys ?? {};
    if (this.left || !this.conversation || !keyring) return;
    this.storage = new TalkStorage(this.number("room"), this.tabStorage, keyring.resume);
    const kept = await this.storage.load();
    this.conversation.restore(kept.unsent, kept.then ?? null);
    if (kept.draft) {
      this.signOff.restore(kept.signOff);
      this.composer?.restore(kept.draft);
    }
    this.showSignOff();
    const looking = this.lookForKeys(); // Without waiting for the line.
    if (keyring.isBack) await looking; // The log is asked for when it can be read.
    this.pulse = new Pulse(this.dataset.pulseUrl);
    this.pulse.every(BEAT_SECONDS, () => {
      this.line?.beat();
      this.act();
    });
    this.ticking = setInterval(() => { this.act(); }, TICK_MS);
    void this.wakefulness.keep();
  }

  private openLine(): void {
    this.line = lineTo(this.dataset.ticketUrl ?? "", {
      onState: (state) => { this.lineIs(state); },
      onFrame: (frame) => { this.heard(frame); },
    });
    this.line.start();
  }

  // One tab at a time.

  /** Another tab goes on: it gets what this one keeps, and here nothing is left of it. */
  private handOver(): Handed {
    const handed: Handed = {};
    for (const name of this.keptNames()) {
      const value = this.tabStorage?.getItem(name);
      if (value) handed[name] = value;
    }
    this.line?.stop();
    this.storage?.clear();
    this.records?.clear();
    for (const name of this.keptNames()) this.tabStorage?.removeItem(name);
    if (this.keys) this.keys.keyring = null;
    this.goElsewhere();
    return handed;
  }

  private goElsewhere(): void {
    this.ownLine.enter("elsewhere", Date.now());
    this.show();
  }

  private async goOnHere(): Promise<void> {
    const handed = await this.tab?.take();
    for (const [name, value] of Object.entries(handed ?? {})) this.tabStorage?.setItem(name, value);
    location.reload();
  }

  private keptNames(): string[] {
    return [`seat:${this.dataset.room ?? ""}`, `talk:${this.dataset.room ?? ""}`];
  }

  // Keys.

  /** Outside the order of frames: a server that answers late holds nothing up. */
  private async lookForKeys(): Promise<void> {
    if (this.lookingForKeys || this.left || !this.keys || !this.conversation) return;
    this.lookingForKeys = true;
    const needed = this.conversation.needsKeys;
    const changed = await this.keys.look(Date.now(), needed);
    this.lookingForKeys = false;
    if (changed || (needed && this.keys.holding)) this.act(() => { if (this.conversation?.needsKeys) this.conversation.keysCame(); });
    else if (this.keys.isLookDue) void this.lookForKeys(); // Word of a change came meanwhile.
  }

  private newCompany(keys: TalkKeys, seat: number): Company {
    return new Company({
      root: this,
      seat,
      keys,
      say: this.say,
      announcer: this.announcer,
      note: (kind, text) => { this.conversation?.note(kind, text, Date.now()); },
      changed: () => { this.act(); },
    });
  }

  private showKeys(): void {
    const refused = this.querySelector<HTMLElement>("[data-keys-refused]");
    if (refused) refused.hidden = !this.keys?.keyring?.refused;
    this.showReturned();
    this.showNewKeys();
    const wait = this.keys?.awaitsYes ? this.say("keys_wait_yes") : this.say("keys_wait");
    this.showAndTell("[data-keys-wait]", this.keysAwaited() ? wait : "");
  }

  private showReturned(): void {
    const returned = this.querySelector<HTMLElement>("[data-returned]");
    if (!returned || returned.hidden === !this.keys?.returned.length) return;
    returned.hidden = !returned.hidden;
    if (!returned.hidden) this.announcer?.say(returned.querySelector("p")?.textContent.trim() ?? "");
  }

  /** Stays for as long as the talk: who compared codes has to know that they count no more. */
  private showNewKeys(): void {
    const notice = this.querySelector<HTMLElement>("[data-new-keys]");
    const seats = [...(this.keys?.keyring?.newKeys ?? [])];
    if (!notice || seats.length === 0) return;
    notice.hidden = false;
    const own = this.number("seat");
    const whose = seats.map((seat) => (seat === own ? this.say("new_key_own") : this.say("new_key_theirs", { name: this.nameOf(seat) })));
    this.showAndTell("[data-new-keys] p", [...whose, this.say("new_key_compare")].join(" "));
  }

  /** Words are held back until both sides have their keys. */
  private keysAwaited(): boolean {
    const { conversation, keys } = this;
    if (!conversation || !keys?.keyring || conversation.over || keys.keyring.refused || keys.current) return false;
    return conversation.unsentWords.length > 0;
  }

  // What comes in.

  private lineIs(state: LineState): void {
    this.ownLine.enter(state, Date.now());
    if (state === "ended") this.endAsked = true;
    if (state === "open") void this.helpCard?.look(); // Word of it may have been lost with the line.
    this.act(() => {
      if (state === "open") {
        this.keys?.lookAgain();
        this.company?.look();
        this.conversation?.connected();
      } else this.conversation?.cut();
    });
  }

  private heard(frame: IncomingFrame): void {
    if (frame.t === "event" && frame.name === "ended") this.endAsked = true;
    if (frame.t === "event" && frame.name === "keys") this.keys?.lookAgain();
    if (frame.t === "event" && frame.name === "third") this.company?.look();
    if (isEventOf(frame, "card", this.number("room"))) void this.helpCard?.look();
    if (isEventOf(frame, "handover", this.number("room"))) this.handedOver();
    if (!isOfRoom(frame, this.number("room"))) {
      this.act();
      return;
    }
    if (frame.t === "over") this.endAsked = true;
    if (frame.t === "clock") this.time.take(frame, Date.now());
    if (frame.t === "presence") this.keys?.present(frame.seats);
    if (frame.t === "nak" && frame.code === "stale_epoch") this.keys?.lookAgain();
    if (frame.t === "msg" && frame.seat !== this.number("seat")) this.turn.ends();
    this.act(() => this.conversation?.take(frame, Date.now()));
  }

  /** Changes the state, then sends what is due and shows it: one after the other, in the order things came. */
  private act(change?: () => void | Promise<void>): void {
    if (this.left) return;
    this.steps.run(async () => {
      await change?.();
      await this.company?.tend(this.conversation?.synced ?? false);
      await this.sendDue();
      this.show();
      void this.lookForKeys();
      if (this.endAsked) void this.showEnd();
      else if (this.conversation?.then) void this.endAfterGoodbye(this.conversation.then);
    });
  }

  private async sendDue(): Promise<void> {
    for (;;) {
      const frames = (await this.conversation?.due(Date.now())) ?? [];
      if (frames.length === 0) return;
      if (!frames.every((frame) => this.line?.send(frame))) return; // Cut: `cut` comes next.
    }
  }

  /** Nothing here may stop the page; the next frame or second tries again. */
  private failed(reason: unknown): void {
    queueMicrotask(() => { throw reason; });
  }

  // What its person does.

  private newComposer(): Composer | null {
    const form = this.querySelector<HTMLFormElement>("form.composer");
    if (!form) return null;
    return new Composer({
      form,
      note: this.querySelector("[data-composer-note]"),
      say: this.say,
      onWrites: (text) => { this.writes(text); },
      onSend: (text) => { this.sends(text); },
      onTooLong: (sentence) => this.announcer?.say(sentence),
    });
  }

  private writes(text: string): void {
    this.signOff.writes(text);
    this.showSignOff();
    this.keep();
    if (this.turn.writes(text)) this.line?.send({ t: "typing", room: this.number("room") });
  }

  private sends(text: string): void {
    const chosen = this.signOff.send();
    this.turn.ends();
    this.act(() => {
      this.conversation?.write(text, Date.now(), chosen ?? undefined);
      this.keep();
    });
    if (!chosen) return;
    const { showCardUrl, handoverUrl } = this.dataset;
    if (chosen.handover && handoverUrl) this.companions.send(handoverUrl);
    if (chosen.card && showCardUrl) this.companions.send(showCardUrl);
    if (!chosen.then) this.composer?.restore(chosen.before);
    this.showSignOff();
  }

  // Ready-made goodbyes.

  private openTray(): void {
    const details = this.querySelector<HTMLDetailsElement>("details[data-tray]");
    if (details) new Tray(details, this.dataset.trayUrl ?? "", (message) => { this.chooses(message); });
  }

  private chooses({ text, ...message }: Message): void {
    this.signOff.choose(message, this.composer?.text ?? "");
    this.composer?.replace(text);
    this.announcer?.say(this.signOffWords());
  }

  private showSignOff(): void {
    const { chosen } = this.signOff;
    const note = this.querySelector<HTMLElement>("[data-sign-off-note]");
    if (!note) return;
    note.hidden = !chosen;
    setText(note.querySelector("[data-sign-off-says]"), this.signOffWords());
    const back = note.querySelector<HTMLElement>("[data-put-back]");
    if (back) back.hidden = !chosen?.before.trim();
  }

  private signOffWords(): string {
    const { chosen } = this.signOff;
    if (!chosen) return "";
    if (chosen.then === "need_to_stop") return this.say("sign_off_need_to_stop");
    return chosen.then === "end" ? this.say("sign_off_end") : this.say("sign_off");
  }

  /** Once it is stored, and what goes with it has been done or tried for long enough. */
  private async endAfterGoodbye(then: Then): Promise<void> {
    if (this.ending || this.conversation?.over) return;
    this.ending = true;
    await this.companions.done();
    const form = this.querySelector<HTMLFormElement>(`form[data-end="${then}"]`);
    if (form && !this.left) await this.end(form);
  }

  private didNotGoAlong(url: string): void {
    const sentence = this.say("card_not_shown");
    const note = this.querySelector<HTMLElement>("[data-sign-off-note]");
    if (!note || !url) return;
    note.hidden = false;
    setText(note.querySelector("[data-sign-off-says]"), sentence);
    this.announcer?.say(sentence);
  }

  private handedOver(): void {
    const line = this.querySelector<HTMLElement>("[data-handover-line]");
    if (!line?.hidden) return;
    line.hidden = false;
    this.announcer?.say(line.textContent.trim());
  }

  private newHelpCard(): HelpCard | null {
    const slot = this.querySelector<HTMLElement>("[data-help-card]");
    const alert = new Announcer(this.querySelector("[data-card-said]"));
    return slot && new HelpCard(slot, this.dataset.cardUrl ?? "", this.say, alert);
  }

  private clicked(event: Event): void {
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest("[data-goodbye]")) this.leave();
    const report = target?.closest<HTMLAnchorElement>("a[data-report]");
    if (report) {
      event.preventDefault();
      void this.report(report.href);
    }
    const button = target?.closest("button");
    const again = button?.dataset.again;
    if (again !== undefined) {
      this.line?.hurry();
      this.act(() => this.conversation?.retry(again));
    } else if (button?.hasAttribute("data-continue-here")) {
      void this.goOnHere();
    } else if (button?.hasAttribute("data-come-in")) {
      this.steps.run(async () => { await this.comeIn(); });
    } else if (button?.hasAttribute("data-admit")) {
      for (const member of this.keys?.returned ?? []) this.company?.saysYes(member);
    } else if (button?.hasAttribute("data-put-back")) {
      this.composer?.replace(this.signOff.putBack());
    } else if (button) {
      this.company?.clicked(button);
    }
  }

  private submitted(event: SubmitEvent): void {
    const form = event.target;
    if (!(form instanceof HTMLFormElement)) return;
    if (form.hasAttribute("data-end")) {
      event.preventDefault();
      void this.end(form);
    } else if (form.hasAttribute("data-more-time")) {
      event.preventDefault();
      void this.addTime(form);
    } else if (this.company?.submitted(form)) {
      event.preventDefault();
    }
  }

  /** At once: the line is closed before the server has answered. */
  private async end(form: HTMLFormElement): Promise<void> {
    const button = form.querySelector("button");
    if (button?.disabled) return;
    if (button) button.disabled = true;
    this.stop();
    const response = await post(form.action).catch(() => null);
    if (response && response.status < 500 && response.status !== 429) {
      const then = form.dataset.then ?? this.dataset.goodbyeUrl ?? "/";
      if (form.hasAttribute("data-report")) await this.report(then);
      else this.leaveFor(then);
      return;
    }
    if (button) button.disabled = false;
    this.showAndTell("[data-own-line]", this.say("not_ended"));
  }

  /** With what this page has in memory, in its place; by any other way only with a statement. */
  private async report(url: string): Promise<void> {
    const messages = this.conversation?.remembered ?? [];
    this.leave();
    const talk = { messages, ownSeat: this.number("seat"), nameOf: (seat: number) => this.nameOf(seat) };
    if (!(await reportInPlace(this, talk))) location.replace(url);
  }

  private leaveFor(url: string): void {
    this.forget();
    location.replace(url);
  }

  private async addTime(form: HTMLFormElement): Promise<void> {
    const button = form.querySelector("button");
    if (button) button.disabled = true;
    const response = await post(form.action).catch(() => null);
    if (response && worked(response)) {
      this.announcer?.say(this.say("time_added"));
      const field = this.querySelector("textarea");
      if (form.contains(document.activeElement)) field?.focus();
      form.hidden = true;
      return;
    }
    if (button) button.disabled = false;
    const sentence = response ? (await jsonOf(response))?.sentence : null;
    this.announcer?.say(typeof sentence === "string" ? sentence : this.say("not_added"));
  }

  // What it shows.

  private newLog(): TalkLog | null {
    const list = this.querySelector<HTMLElement>("[data-log]");
    const newMessage = this.querySelector<HTMLButtonElement>("[data-new-message]");
    return list && new TalkLog(list, newMessage, this.say, (seat) => this.nameOf(seat), (seat) => this.showsName(seat));
  }

  private show(): void {
    const { conversation } = this;
    if (!conversation || this.left) return;
    const now = Date.now();
    this.log?.show(this.entries(conversation, now), this.wasSynced, now);
    this.wasSynced ||= conversation.synced;
    this.markTab(conversation);
    this.showTime(now);
    this.showPartner(conversation, now);
    this.showOwnLine(conversation, now);
    this.lookForCard(conversation);
    this.showKeys();
    if (!conversation.over) this.company?.show();
    this.keep();
  }

  /** A third's page says once, at the top, that what was said before is closed. */
  private entries(conversation: Conversation, now: number): Entry[] {
    const entries = entriesOf(conversation, this.ownLine.isLongGone(now));
    return this.isThird ? entries.filter(({ closed }) => !closed) : entries;
  }

  private nameOf(seat: number): string {
    return this.company?.people.nameOf(seat) ?? this.dataset.partner ?? "";
  }

  /** Where there are more than two, eyes need to see who speaks. */
  private showsName(seat: number): boolean {
    return this.isThird || seat > 2;
  }

  private get isThird(): boolean {
    return this.hasAttribute("data-third");
  }

  /** A dot before the tab's neutral title while something new waits in a tab behind others. */
  private markTab(conversation: Conversation): void {
    const theirs = conversation.said.filter(({ own }) => !own).length;
    if (!document.hidden) this.read = theirs;
    const title = theirs > this.read ? `• ${this.pageTitle}` : this.pageTitle;
    if (document.title !== title) document.title = title;
  }

  /** A goodbye came: should word of the card be lost, it is asked for all the same. */
  private lookForCard({ said }: Conversation): void {
    const heard = said.filter(({ own, kind }) => !own && kind === "signoff").length;
    if (heard > this.signOffsHeard) void this.helpCard?.look();
    this.signOffsHeard = heard;
  }

  private showTime(now: number): void {
    const left = this.time.minutesLeft(now);
    this.time.warning(now);
    const over = this.conversation?.over ?? null;
    if (over === "closed") this.querySelector("[data-time]")?.toggleAttribute("hidden", true);
    else if (over === "time" || left === 0) setText(this.querySelector("[data-time]"), this.say("time_over"));
    else if (left !== null) setText(this.querySelector("[data-time]"), this.say("minutes_left", { n: left }));
  }

  private showPartner(conversation: Conversation, now: number): void {
    const partner = conversation.partner(now);
    const name = this.dataset.partner ?? "";
    const writers = conversation.over ? [] : conversation.typingSeats(now);
    const types = writers.length > 0;
    const word = conversation.over ? "partner_over" : `partner_${partner}`;
    this.showAndTell("[data-partner-is]", this.say(word, { name }));
    this.querySelector("[data-partner-lamp]")?.classList.toggle("lamp--lit", partner === "here" && !conversation.over);
    this.showAndTell("[data-typing]", writers.map((seat) => this.say("types", { name: this.nameOf(seat) })).join(" "));
    if (types && !this.saysTyping) this.log?.toEndIfThere();
    this.saysTyping = types;
  }

  private showOwnLine(conversation: Conversation, now: number): void {
    const word = conversation.over ? null : this.ownLine.word(now);
    const warning = conversation.over ? null : this.time.warningShown(now);
    const sentence = word ?? (warning && `warn_${warning}`);
    this.showAndTell("[data-own-line]", sentence ? this.say(sentence) : "");
    const elsewhere = this.querySelector<HTMLElement>("[data-continue-here]");
    if (elsewhere) elsewhere.hidden = word !== "elsewhere";
    const doubt = this.querySelector<HTMLElement>("[data-doubt]");
    if (doubt) doubt.hidden = !conversation.doubtful;
    this.tellNotSent(conversation);
  }

  private tellNotSent(conversation: Conversation): void {
    const refused = conversation.unsentWords.filter(({ state }) => state === "refused").length;
    if (refused > this.notSent) this.announcer?.say(this.say("said_not_sent"));
    this.notSent = refused;
  }

  /** Shows words, and says them aloud when they are new. */
  private showAndTell(selector: string, sentence: string): void {
    const place = this.querySelector(selector);
    if (!place || place.textContent === sentence) return;
    place.textContent = sentence;
    this.announcer?.say(sentence);
  }

  // How it ends.

  /** Asks the server what to show; the words above stay readable. */
  private async showEnd(): Promise<void> {
    if (this.endShown || this.endFetching || this.left) return;
    this.endFetching = true;
    const ended = await part(this.dataset.stateUrl ?? "").catch((error: unknown) =>
      error instanceof Refusal && error.isFinal ? null : undefined,
    );
    this.endFetching = false;
    if (ended === undefined) return; // Not reached: asked again with the next second.
    this.endAsked = false;
    if (ended === null) {
      if (this.line?.state === "ended") this.placeGone();
      return;
    }
    this.endShown = true;
    this.conversation?.end("closed");
    this.company?.close();
    this.line?.stop();
    this.wakefulness.release();
    this.show();
    const hadFocus = this.closeComposer();
    const slot = this.querySelector<HTMLElement>("[data-ended]");
    if (!slot) return;
    slot.hidden = false;
    slot.replaceChildren(ended);
    if (hadFocus) slot.querySelector("h2")?.focus();
    this.log?.toEndIfThere();
  }

  /** No seat any more though the talk goes on: signed out, or the session is over. */
  private placeGone(): void {
    this.closeComposer();
    this.showAndTell("[data-own-line]", this.say("place_gone"));
  }

  /** True when what had the focus is gone; only then may the focus move. */
  private closeComposer(): boolean {
    const tools = this.querySelector<HTMLElement>("[data-tools]");
    const focused = document.activeElement;
    if (tools) tools.hidden = true;
    this.composer?.close();
    for (const line of this.querySelectorAll("[data-sign-off-note], [data-handover-line], [data-door]")) line.toggleAttribute("hidden", true);
    return this.contains(focused) && focused instanceof HTMLElement && focused.offsetParent === null;
  }

  private leave(): void {
    this.stop();
    this.forget();
  }

  /** Nothing of this talk stays in the tab. */
  private forget(): void {
    this.storage?.clear();
    this.records?.clear();
    for (const name of this.keptNames()) this.tabStorage?.removeItem(name);
    if (this.keys) this.keys.keyring = null;
  }

  private stop(): void {
    this.left = true;
    this.listening?.abort();
    clearInterval(this.ticking);
    this.pulse?.stop();
    this.line?.stop();
    this.tab?.close();
    this.wakefulness.release();
  }

  // The page around it.

  private listen(signal: AbortSignal): void {
    this.addEventListener("click", (event) => { this.clicked(event); }, { signal });
    this.addEventListener("submit", (event) => { this.submitted(event); });
    window.addEventListener("online", () => this.line?.hurry(), { signal });
    window.addEventListener("offline", () => this.line?.lost(), { signal });
    window.addEventListener("pagehide", () => this.line?.stop(), { signal });
    window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); }, { signal });
    document.addEventListener("visibilitychange", () => { this.seen(); }, { signal });
    document.addEventListener(LEAVING, () => { this.leave(); }, { signal });
  }

  /** In front again: browsers let a hidden page's line and screen go. */
  private seen(): void {
    if (document.hidden) return;
    this.line?.hurry();
    void this.wakefulness.keep();
    this.act();
  }

  private keep(): void {
    if (this.left || !this.conversation || !this.composer) return;
    const { over, then } = this.conversation;
    this.storage?.save({
      draft: this.composer.text,
      unsent: over ? [] : this.conversation.kept(),
      signOff: this.signOff.chosen ?? undefined,
      then: over ? undefined : (then ?? undefined),
    });
  }

  private number(name: "room" | "seat"): number {
    return Number(this.dataset[name]);
  }
}

function isReload(): boolean {
  const [found] = performance.getEntriesByType("navigation");
  return found instanceof PerformanceNavigationTiming && found.type === "reload";
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => { setTimeout(resolve, ms); });
}

function ownStorage(): Storage | null {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
}

customElements.define("wl-talk", WlTalk);
