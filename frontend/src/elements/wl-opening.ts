import { decode, encode, type Bytes } from "../lib/base64url";
import { OpenedChat, takenOff, type ClosedChat, type Wanted } from "../lib/keys/opening";
import type { SeatKey } from "../lib/keys/seat-key";
import { jsonOf, post } from "../lib/server";
import { wordsIn } from "../lib/words";
import { listOf, type Names } from "./desk/chat-lines";
import { keyHere } from "./desk/key-here";

/**
 * `<wl-opening data-key="…" data-a="…" data-layers="{…}">`: the chat part of a report. The first of two coordinators
 * takes the outer layers off with the key of this device; the second opens it. Words stay in this page.
 */
class WlOpening extends HTMLElement {
  private readonly say = wordsIn(this);
  private key: SeatKey | null = null;
  private chat: OpenedChat | null = null;
  private pairs: { pairs: Wanted[]; keys: Record<string, string> } = { pairs: [], keys: {} };

  connectedCallback(): void {
    this.on("data-say-yes", () => this.sayYes());
    this.on("data-open", () => this.open());
    this.on("data-let-in", () => this.letIn());
    void this.findKey();
  }

  disconnectedCallback(): void {
    this.chat?.forget();
    this.chat = null;
  }

  private async findKey(): Promise<void> {
    this.key = await keyHere(this.dataset.key ?? "");
    if (!this.key) this.show("data-no-key");
    else for (const part of this.querySelectorAll<HTMLElement>("[data-with-key]")) part.hidden = false;
  }

  private async sayYes(): Promise<void> {
    const left = await this.left(Object.keys(this.layers));
    await this.sent(this.dataset.yesUrl, { handed_on: JSON.stringify(written(left)) });
    location.reload();
  }

  private async open(): Promise<void> {
    if (!this.key) return;
    const { first } = this.dataset; // So that the other one of the two can read it too.
    const left = await this.left(first ? [first] : []);
    const given = await this.sent(this.dataset.openUrl, { handed_on: JSON.stringify(written(left)) });
    const { names, pairs, keys } = given as { names: Names; pairs: Wanted[]; keys: Record<string, string> };
    try {
      this.chat = await OpenedChat.open(this.key, closedChat(given));
    } catch {
      this.show("data-not-opened");
      return;
    }
    this.pairs = { pairs, keys };
    this.querySelector("[data-lines]")?.replaceChildren(listOf(this.chat.lines, names, this.say));
    this.hide("data-before");
    this.show("data-chat")?.focus();
    if (pairs.length) this.show("data-newcomers");
  }

  private async letIn(): Promise<void> {
    const { pairs, keys } = this.pairs;
    const blobs = await this.chat?.sealedFor(pairs, read(keys));
    if (!blobs) return;
    const sealed = pairs.map(({ outer, inner }, i) => ({ outer, inner, blob: encode(blobs[i] ?? new Uint8Array()) }));
    await this.sent(this.dataset.letInUrl, { blobs: JSON.stringify(sealed) });
    this.pairs = { pairs: [], keys: {} };
    this.hide("data-newcomers");
    this.show("data-let-in-done");
  }

  private get layers(): Record<string, string> {
    return JSON.parse(this.dataset.layers ?? "{}") as Record<string, string>;
  }

  /** What is left for these under our own outer layers. */
  private async left(keyIds: readonly string[]): Promise<Map<string, Bytes>> {
    if (!this.key) throw new Said(this.say("failed"));
    const layers = new Map([...read(this.layers)].filter(([keyId]) => keyIds.includes(keyId)));
    try {
      return await takenOff(this.key, decode(this.dataset.a ?? ""), layers);
    } catch {
      throw new Said(this.say("wrong_key"));
    }
  }

  private async sent(url = "", fields: Record<string, string> = {}): Promise<Record<string, unknown>> {
    const response = await post(url, fields);
    const answer = await jsonOf(response);
    if (response.ok && answer) return answer;
    throw new Said(typeof answer?.sentence === "string" ? answer.sentence : this.say("failed"));
  }

  private on(name: string, act: () => Promise<void>): void {
    const button = this.querySelector<HTMLButtonElement>(`button[${name}]`);
    button?.addEventListener("click", () => {
      button.disabled = true;
      this.hide("data-failed");
      act().catch((error: unknown) => {
        const place = this.show("data-failed");
        const text = place?.querySelector("p");
        if (text) text.textContent = error instanceof Said ? error.message : this.say("failed");
      }).finally(() => { button.disabled = false; });
    });
  }

  private show(name: string): HTMLElement | null {
    const part = this.querySelector<HTMLElement>(`[${name}]`);
    if (part) part.hidden = false;
    return part;
  }

  private hide(name: string): void {
    const part = this.querySelector<HTMLElement>(`[${name}]`);
    if (part) part.hidden = true;
  }
}

/** A sentence for the page. */
class Said extends Error {}

function read(blobs: Record<string, string>): Map<string, Bytes> {
  return new Map(Object.entries(blobs).map(([keyId, blob]) => [keyId, decode(blob)]));
}

function written(blobs: ReadonlyMap<string, Bytes>): Record<string, string> {
  return Object.fromEntries([...blobs].map(([keyId, blob]) => [keyId, encode(blob)]));
}

function closedChat(given: Record<string, unknown>): ClosedChat {
  const { report, key_ids, items, sealed, inner } = given as { report: number; key_ids: string[] } & Record<string, string>;
  return { report, keyIds: key_ids, items: decode(items ?? ""), sealed: decode(sealed ?? ""), inner: decode(inner ?? "") };
}

customElements.define("wl-opening", WlOpening);
