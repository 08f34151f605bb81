import { fetchJson } from "./server";

const PATIENCE_MS = 90_000;

/** Said on a form when its work is done, before it is sent: whoever hears may send it another way. */
export const WORKED = "warmline:worked";
export interface Worked {
  /** A sentence when it did not go through, "" when the page goes on or says itself what was wrong. */
  send: ((form: HTMLFormElement) => Promise<string>) | null;
}

/**
 * Fetches a challenge, lets a worker of its own solve it, and gives the answer as the server reads it
 * (base64 of JSON). Null when that failed or was stopped.
 */
export async function prove(challengeUrl: string, solverUrl: string, stop: AbortSignal): Promise<string | null> {
  const stopped = new Promise<null>((resolve) => {
    stop.addEventListener("abort", () => { resolve(null); }, { once: true });
  });
  const challenge = await Promise.race([fetchJson(challengeUrl), stopped]);
  if (challenge === null) return null;
  const worker = new Worker(solverUrl);
  try {
    const solution = await Promise.race([solved(worker, challenge), stopped]);
    return solution ? btoa(JSON.stringify({ challenge, solution })) : null;
  } finally {
    worker.terminate();
  }
}

async function solved(worker: Worker, challenge: Record<string, unknown>): Promise<unknown> {
  return new Promise((resolve) => {
    worker.onmessage = (event: MessageEvent<unknown>) => { resolve(event.data); };
    worker.onerror = () => { resolve(null); };
    setTimeout(() => { resolve(null); }, PATIENCE_MS);
    worker.postMessage(challenge);
  });
}
