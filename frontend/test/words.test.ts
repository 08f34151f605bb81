import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

const ELEMENTS = "frontend/src/elements";
const PAGES = {
  "wl-cover": ["warmline/core/templates/core/_cover.html"],
  "wl-exit": ["warmline/core/templates/core/_exit.html"],
  "wl-proof": ["warmline/core/templates/core/_proof.html"],
  "wl-push": ["warmline/availability/templates/availability/_push.html"],
  "wl-waiting": ["warmline/support/templates/support/waiting.html"],
  "wl-here": ["warmline/availability/templates/availability/here.html"],
  "wl-talk": [
    "warmline/support/templates/support/talk.html",
    "warmline/support/templates/support/parts/talk_words.html",
    "warmline/support/templates/support/parts/talk_people.html",
    "warmline/support/templates/support/third_room.html",
  ],
  "wl-report": ["warmline/support/templates/support/parts/report_form.html"],
} as const;
/** Words whose names are put together from a state. */
const PUT_TOGETHER: Record<keyof typeof PAGES, string[]> = {
  "wl-cover": [],
  "wl-exit": ["exit_1", "exit_2", "exit_3"],
  "wl-proof": ["working", "stopped", "failed"],
  "wl-push": ["asking", "cannot", "denied", "failed"],
  "wl-waiting": [],
  "wl-here": ["offer_over", "offer_withdrawn", "bell_help", "bell_no_notification"],
  "wl-talk": [
    ...["10", "5", "1"].map((minutes) => `warn_${minutes}`),
    ...["coming", "here", "away", "over"].map((state) => `partner_${state}`),
    ...["closed", "time_over", "seat_gone", "stale_epoch", "too_fast", "not_stored", "no_line"].map((code) => `why_${code}`),
    ...["second_listener", "interpreter"].map((role) => `role_${role}`),
    ...["sending", "sent", "minutes_left", "time_over"],
    ...["connecting", "connected_again", "line_cut", "elsewhere"],
  ],
  "wl-report": [],
};
/** Drawn on the talk's page by another element. */
const PREVIEW = "report-preview.ts";

for (const [element, templates] of Object.entries(PAGES) as [keyof typeof PAGES, readonly string[]][]) {
  test(`${element}_finds_its_words_and_its_page_has_no_others`, () => {
    const page = templates.map((path) => readFileSync(path, "utf8")).join("");
    const given = [...page.matchAll(/data-word="(\w+)"/g)].map((match) => match[1] ?? "");
    const said = [...sourceOf(element).matchAll(/say\("(\w+)"/g)].map((match) => match[1] ?? "");
    assert.deepEqual([...new Set(given)].sort(), [...new Set([...said, ...PUT_TOGETHER[element]])].sort());
  });
}

function sourceOf(element: string): string {
  const files = [`${ELEMENTS}/${element}.ts`];
  const beside = readdirSync(`${ELEMENTS}/talk`).filter((name) => (name === PREVIEW) === (element === "wl-report"));
  if (element === "wl-talk" || element === "wl-report") files.push(...beside.map((name) => `${ELEMENTS}/talk/${name}`));
  return files.map((path) => readFileSync(path, "utf8")).join("");
}
