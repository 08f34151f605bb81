import type { KeyUse } from "../../lib/keys/keyholder-key";

/** What the key of an element is for: `data-use="letter"`, else evidence. */
export function useOf(element: HTMLElement): KeyUse {
  return element.dataset.use === "letter" ? "letter" : "keyholder";
}
