import type { Line } from "../../lib/keys/opening";
import type { Say } from "../../lib/words";

/** Who sat where, by seat number, as the desk names them. */
export type Names = Readonly<Record<string, string>>;

/** What was said as a list: who, when, the words. What is not what was sent shows no words. */
export function listOf(lines: readonly Line[], names: Names, say: Say): DocumentFragment {
  const found = document.createDocumentFragment();
  const time = new Intl.DateTimeFormat(document.documentElement.lang || undefined, {
    weekday: "short", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
  });
  for (const line of lines) {
    const item = document.createElement("li");
    if (line.kind === "gap") item.append(paragraph(gap(line, say), "talk-notice"));
    else item.append(head(line, names, time, say), body(line, say));
    found.append(item);
  }
  return found;
}

function gap({ count, first }: { count: number; first: boolean }, say: Say): string {
  const which = `${first ? "gap_first" : "gap"}_${count === 1 ? "one" : "many"}`;
  return say(which, { count });
}

function head({ seat, ms }: { seat: number; ms: number }, names: Names, time: Intl.DateTimeFormat, say: Say): HTMLElement {
  const line = paragraph("", "small");
  const who = document.createElement("bdi");
  who.textContent = names[String(seat)] ?? say("somebody", { seat });
  const when = document.createElement("time");
  when.dateTime = new Date(ms).toISOString();
  when.textContent = time.format(ms);
  line.append(who, " · ", when);
  return line;
}

function body(line: Exclude<Line, { kind: "gap" }>, say: Say): HTMLElement {
  if (line.kind === "doubt") {
    const notice = paragraph(say("doubt"), "notice notice--error");
    notice.dataset.doubt = "";
    return notice;
  }
  if (line.kind === "note") return paragraph(say("note"), "small");
  const words = document.createElement("blockquote");
  words.className = "aside said-words";
  words.dir = "auto";
  words.textContent = line.text;
  return words;
}

function paragraph(text: string, name: string): HTMLParagraphElement {
  const made = document.createElement("p");
  made.className = name;
  made.textContent = text;
  return made;
}
