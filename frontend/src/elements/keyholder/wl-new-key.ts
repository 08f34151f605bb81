import { encode } from "../../lib/base64url";
import { newKeyholderKey, type OwnKey, type WrappedKey } from "../../lib/keys/keyholder-key";
import { canHoldKeys, openStore } from "../../lib/keys/keyholder-store";
import { newSecret, tidied, written } from "../../lib/keys/recovery-code";
import { isForSomebodyElse, jsonOf, post } from "../../lib/server";
import { setText, wordsIn } from "../../lib/words";
import { useOf } from "./key-use";

type Step = "begin" | "code" | "check";

/**
 * `<wl-new-key data-keyholder data-use data-url data-next>`: makes a coordinator's key, or a letter key, in three steps. It counts for nothing
 * until the recovery code is on paper and a part of it was typed back.
 */
class WlNewKey extends HTMLElement {
  private made: (OwnKey & WrappedKey) | null = null;
  private groups: string[] = [];
  /** Which groups are asked for, counted from 0. */
  private asked: number[] = [];

  connectedCallback(): void {
    this.on("[data-make]", () => { void this.make(); });
    this.on("[data-kept]", () => { this.ask(); });
    this.on("[data-again]", () => { this.step("code"); });
    this.querySelector("form")?.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.finish();
    });
    void this.begin();
  }

  private async begin(): Promise<void> {
    if (await this.canKeep()) this.step("begin", false);
    else this.missing();
  }

  private async make(): Promise<void> {
    const button = this.querySelector<HTMLButtonElement>("[data-make]");
    if (button) button.disabled = true;
    try {
      const secret = newSecret();
      this.made = await newKeyholderKey(secret, useOf(this));
      this.groups = await written(secret);
      secret.fill(0);
      this.showCode();
      this.step("code");
    } catch {
      this.missing();
    }
  }

  private showCode(): void {
    const list = this.querySelector("[data-code]");
    list?.replaceChildren(...this.groups.map((group) => {
      const item = document.createElement("li");
      item.textContent = group;
      return item;
    }));
  }

  private ask(): void {
    this.asked = twoOf(this.groups.length);
    const say = wordsIn(this);
    const labels = this.querySelectorAll("[data-asks]");
    this.asked.forEach((group, at) => {
      setText(labels[at] ?? null, say("asks", { number: group + 1, total: this.groups.length }));
    });
    for (const field of this.parts()) field.value = "";
    this.tell("");
    this.step("check");
    this.parts()[0]?.focus();
  }

  private async finish(): Promise<void> {
    const fields = this.parts();
    const wrong = fields.find((field, at) => tidied(field.value) !== this.groups[this.asked[at] ?? -1]);
    for (const field of fields) field.setAttribute("aria-invalid", String(field === wrong));
    if (wrong) {
      this.tell(wordsIn(this)("wrong"));
      wrong.focus();
      return;
    }
    const button = this.querySelector<HTMLButtonElement>("form [type=submit]");
    if (button) button.disabled = true;
    const problem = await this.keep();
    if (problem) this.tell(problem);
    else location.assign(this.dataset.next ?? "/");
    if (button && problem) button.disabled = false;
  }

  /** First on this device, then on the server: a key that is known there is always somewhere. "" when both have it. */
  private async keep(): Promise<string> {
    const { made } = this;
    const say = wordsIn(this);
    if (!made) return say("unkept");
    try {
      const store = await openStore(this.dataset.keyholder, useOf(this));
      await store.put(made);
      const problem = await this.send(made);
      if (problem) await store.forget(made.keyId);
      store.close();
      return problem;
    } catch {
      return say("unkept");
    }
  }

  private async send({ pk, wrapped }: WrappedKey): Promise<string> {
    const say = wordsIn(this);
    try {
      const response = await post(this.dataset.url ?? "", { pk: encode(pk), wrapped: encode(wrapped) });
      if (response.ok) return "";
      if (isForSomebodyElse(response)) return say("signed_out");
      const sentence = (await jsonOf(response))?.sentence;
      return typeof sentence === "string" ? sentence : say("unreached");
    } catch {
      return say("unreached");
    }
  }

  private async canKeep(): Promise<boolean> {
    if (!canHoldKeys()) return false;
    try {
      (await openStore(this.dataset.keyholder, useOf(this))).close();
      return true;
    } catch {
      return false;
    }
  }

  private missing(): void {
    for (const section of this.querySelectorAll<HTMLElement>("[data-step]")) section.hidden = true;
    const notice = this.querySelector<HTMLElement>("[data-missing]");
    if (notice) notice.hidden = false;
  }

  private step(name: Step, takesFocus = true): void {
    for (const section of this.querySelectorAll<HTMLElement>("[data-step]")) section.hidden = section.dataset.step !== name;
    if (takesFocus) this.querySelector<HTMLElement>(`[data-step="${name}"] h2`)?.focus();
  }

  private parts(): HTMLInputElement[] {
    return [...this.querySelectorAll<HTMLInputElement>("[data-part]")];
  }

  private tell(sentence: string): void {
    setText(this.querySelector("[data-error]"), sentence);
  }

  private on(selector: string, then: () => void): void {
    this.querySelector(selector)?.addEventListener("click", then);
  }
}

/** Two different numbers below `total`, the smaller first. */
function twoOf(total: number): number[] {
  const first = Math.floor(Math.random() * total);
  const second = (first + 1 + Math.floor(Math.random() * (total - 1))) % total;
  return [first, second].sort((a, b) => a - b);
}

customElements.define("wl-new-key", WlNewKey);
