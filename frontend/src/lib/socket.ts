import { Line, type LineParts, type Socket } from "./line";
import { jsonOf, post } from "./server";

const PROTOCOL = "warmline.1";
/** There is nothing to connect to: signed out, no such seat. (Over is a ticket that is null.) */
const NOTHING_THERE = [401, 403, 404];

/** The line of this page: tickets from `ticketUrl`, the socket at `/live` of our own host. */
export function lineTo(ticketUrl: string, parts: Pick<LineParts, "onState" | "onFrame">): Line {
  return new Line({
    ticket: () => ticketFrom(ticketUrl),
    connect,
    now: () => Date.now(),
    random: Math.random,
    ...parts,
  });
}

async function ticketFrom(url: string): Promise<string | null> {
  const response = await post(url);
  const ticket = response.ok ? (await jsonOf(response))?.ticket : undefined;
  if (typeof ticket === "string") return ticket;
  if (ticket === null || NOTHING_THERE.includes(response.status)) return null;
  throw new Error(`answer ${response.status}`);
}

/** Tickets travel as a subprotocol, never in an address. */
function connect(token: string): Socket {
  const url = new URL("/live", location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return new WebSocket(url.href, [PROTOCOL, token]) as unknown as Socket;
}
