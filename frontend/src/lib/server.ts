const PATIENCE_MS = 15_000;
const LONG_PATIENCE_MS = 60_000;

/** POST with the page's CSRF token. Follows no redirect: where to go is the caller's decision. */
export async function post(url: string, fields: Record<string, string> = {}): Promise<Response> {
  return fetchInTime(url, {
    method: "POST",
    headers: { "X-CSRFToken": csrfToken(), Accept: "application/json" },
    body: new URLSearchParams(fields),
    credentials: "same-origin",
    redirect: "manual",
    cache: "no-store",
  });
}

/** POST of JSON, for what is too long for a form. A minute of patience: it may be a slow line. */
export async function postJson(url: string, body: string): Promise<Response> {
  const headers = { "X-CSRFToken": csrfToken(), "Content-Type": "application/json" };
  return fetchInTime(url, { method: "POST", headers, body, credentials: "same-origin", redirect: "manual", cache: "no-store" }, LONG_PATIENCE_MS);
}

/** GET of our own server; nothing of it is kept. */
export async function get(url: string): Promise<Response> {
  return fetchInTime(url, { credentials: "same-origin", cache: "no-store", redirect: "error", headers: { Accept: "application/json" } });
}

/** Whether a POST did what it should: our pages answer with 2xx or send on to another page. */
export function worked(response: Response): boolean {
  return response.ok || response.type === "opaqueredirect";
}

/** The page belongs to a session that is over: signed out, or signed in as somebody else in another tab. */
export function isForSomebodyElse(response: Response): boolean {
  return response.type === "opaqueredirect" || response.status === 401 || response.status === 403;
}

/** JSON of an answer, or null if it is none. */
export async function jsonOf(response: Response): Promise<Record<string, unknown> | null> {
  try {
    const value: unknown = await response.json();
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** JSON from our own server; null when it can't be had. */
export async function fetchJson(url: string): Promise<Record<string, unknown> | null> {
  try {
    const response = await fetchInTime(url, { credentials: "same-origin", cache: "no-store", redirect: "error" });
    return response.ok ? await jsonOf(response) : null;
  } catch {
    return null;
  }
}

/** The server was reached and said no. */
export class Refusal extends Error {
  constructor(readonly status: number) {
    super(`answer ${status}`);
  }

  /** It knows no such thing for this browser (signed out, seat gone); asking again changes nothing. */
  get isFinal(): boolean {
    return this.status === 403 || this.status === 404;
  }
}

/**
 * A part of a page from our own server, as nodes; null when there is nothing to show (204). Parsed as an
 * inert document: scripts in it never run. Throws when the server can't be reached, and a `Refusal` if it refuses.
 */
export async function part(url: string): Promise<DocumentFragment | null> {
  const response = await fetchInTime(url, { credentials: "same-origin", cache: "no-store", redirect: "error" });
  if (response.status === 204) return null;
  if (!response.ok) throw new Refusal(response.status);
  return nodesOf(await response.text());
}

/** A part of a page from our own server, as nodes; scripts in it never run. */
export function nodesOf(html: string): DocumentFragment {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  const fragment = document.createDocumentFragment();
  fragment.append(...Array.from(parsed.body.childNodes, (node) => document.importNode(node, true)));
  return fragment;
}

/** A line that hangs counts as cut. */
async function fetchInTime(url: string, options: RequestInit, patienceMs = PATIENCE_MS): Promise<Response> {
  const patience = new AbortController();
  const timer = setTimeout(() => { patience.abort(); }, patienceMs);
  try {
    return await fetch(url, { ...options, signal: patience.signal });
  } finally {
    clearTimeout(timer);
  }
}

export function csrfToken(): string {
  return document.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]")?.value ?? "";
}
