import { decode, encode, type Bytes } from "../base64url";
import { get, jsonOf, post } from "../server";
import type { Commit, Received } from "./epoch";
import type { KeyServer, KeyState, Share } from "./keyring";

/** The room's keys at our own server; `url` ends with a slash. */
export function keyServerAt(url: string): KeyServer {
  return {
    hello: async (pk) => {
      const share = await shareFrom(await post(`${url}hello/`, { pk: encode(pk) }));
      if (!share) throw new Error("the seat is gone");
      return share;
    },
    resume: async () => shareFrom(await post(`${url}resume/`)),
    look: async (after) => stateFrom(await get(`${url}?after=${String(after)}`)),
    commit: async ({ header, sealed, confirm }: Commit) => {
      const response = await post(`${url}commit/`, {
        header: encode(header),
        sealed: sealed.map(encode).join(),
        confirm: encode(confirm),
      });
      return response.ok && (await jsonOf(response))?.taken === true;
    },
  };
}

async function shareFrom(response: Response): Promise<Share | null> {
  const found = response.ok ? await jsonOf(response) : null;
  if (found?.over === true) return null;
  const r = found?.r;
  if (typeof r !== "string") throw new Error(`answer ${String(response.status)}`);
  return { r: decode(r) };
}

async function stateFrom(response: Response): Promise<KeyState> {
  const found = response.ok ? await jsonOf(response) : null;
  if (found?.over === true) return { seats: [], commits: [], over: true };
  if (!found || !Array.isArray(found.seats) || !Array.isArray(found.commits)) throw new Error(`answer ${String(response.status)}`);
  return { seats: found.seats.map(seatIn), commits: found.commits.map(commitIn), over: false };
}

function seatIn(value: unknown): KeyState["seats"][number] {
  const { seat, role, pk } = value as Record<string, unknown>;
  if (typeof seat !== "number" || typeof role !== "string") throw new TypeError("not a seat");
  return { seat, role, pk: bytesOrNull(pk) };
}

function commitIn(value: unknown): Received {
  const { header, mine, confirm } = value as Record<string, unknown>;
  const [written, confirmation] = [bytesOrNull(header), bytesOrNull(confirm)];
  if (!written || !confirmation) throw new TypeError("not an epoch");
  return { header: written, mine: bytesOrNull(mine), confirm: confirmation };
}

function bytesOrNull(value: unknown): Bytes | null {
  return typeof value === "string" ? decode(value) : null;
}
