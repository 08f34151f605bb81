import { encode } from "../src/lib/base64url";
import { Conversation, type MessageKeys } from "../src/lib/conversation";
import { seal, type Sealed } from "../src/lib/envelope";
import type { MsgFrame, OutgoingFrame } from "../src/lib/frames";
import { LogChain } from "../src/lib/log-chain";

/** Ada seeks support in seat 1, Ben volunteers in seat 2. */
export const ROOM = 77;
export const ADA = 1;
export const BEN = 2;
export const NOW = 1_800_000_000_000;

/** One key for everything: what epochs are made of has tests of its own. */
export const KEY = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
export const KEYS: MessageKeys = { current: { number: 1 }, messageKey: () => Promise.resolve(KEY), writerOf: (_epoch, seat) => String(seat) };

export type SendFrame = Extract<OutgoingFrame, { t: "send" }>;

/** What the gateway keeps of a room, small: numbers messages, stores a cid once, replays. */
export class Room {
  readonly log: MsgFrame[] = [];
  private readonly chain = LogChain.start(ROOM);
  private readonly written = new Map<number, number>();

  /** Stores a message as the gateway would; a cid it knows already keeps its number. */
  async store(seat: number, sealed: Sealed, epoch = 1): Promise<MsgFrame> {
    const known = this.log.find((msg) => msg.seat === seat && msg.cid === sealed.cid);
    if (known) return known;
    const seq = this.log.length + 1;
    const frame: MsgFrame = {
      t: "msg", room: ROOM, seq, seat, epoch, ms: NOW + seq, kid: 1, tag: "",
      cid: sealed.cid, c: sealed.c, body: sealed.body,
    };
    this.log.push(frame);
    await (await this.chain).add(frame);
    return frame;
  }

  /** Ben writes, having seen everything up to here. */
  async benWrites(text: string): Promise<MsgFrame> {
    const n = (this.written.get(BEN) ?? 0) + 1;
    this.written.set(BEN, n);
    return this.store(BEN, await this.sealedBy(BEN, text, n));
  }

  async sealedBy(seat: number, text: string, n: number, epoch = 1): Promise<Sealed> {
    const chain = await this.chain;
    const letter = { k: "text", t: text, n, seen: chain.length, h: chain.markAt(chain.length) };
    return seal(letter, { room: ROOM, epoch, seat }, newCid(), KEY);
  }

  /** Answers a sync. */
  async replayTo(conversation: Conversation, after = conversation.upTo): Promise<void> {
    for (const msg of this.log.slice(after)) await conversation.take(msg, NOW);
    await conversation.take({ t: "synced", room: ROOM, seq: this.log.length }, NOW);
  }
}

/** Ada's page, connected and synced. */
export async function adaIn(room: Room): Promise<Conversation> {
  const conversation = await Conversation.begin({ room: ROOM, seat: ADA }, KEYS);
  await connect(conversation, room);
  return conversation;
}

export async function connect(conversation: Conversation, room: Room): Promise<void> {
  conversation.connected();
  await conversation.due(NOW);
  await room.replayTo(conversation);
}

/** The one send frame that is due. */
export async function sent(conversation: Conversation, nowMs = NOW): Promise<SendFrame> {
  const [frame] = await conversation.due(nowMs);
  if (frame?.t !== "send") throw new Error("no message is due");
  return frame;
}

export function texts(conversation: Conversation): (string | null)[] {
  return conversation.said.map(({ text }) => text);
}

export function newCid(): string {
  return encode(crypto.getRandomValues(new Uint8Array(16)));
}

/** Storage that keeps words as they are: that they are sealed has a test of its own. */
export const AS_IT_IS = {
  sealWords: (words: string) => Promise.resolve(new TextEncoder().encode(words)),
  openWords: (record: Uint8Array) => Promise.resolve(new TextDecoder().decode(record)),
};

/** What was begun in passing is done. */
export function settled(): Promise<void> {
  return new Promise((resolve) => { setTimeout(resolve); });
}
