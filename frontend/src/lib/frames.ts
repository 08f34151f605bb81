/** The frames of the live protocol (docs/protocol.md), as TypeScript sees them. */

export interface MsgFrame {
  readonly t: "msg";
  readonly room: number;
  readonly seq: number;
  readonly seat: number;
  readonly epoch: number;
  readonly cid: string;
  readonly c: string;
  readonly body: string;
  readonly ms: number;
  readonly kid: number;
  readonly tag: string;
}
export interface AckFrame {
  readonly t: "ack";
  readonly room: number;
  readonly cid: string;
  readonly seq: number;
  readonly ms: number;
}
export type NakCode = "closed" | "time_over" | "seat_gone" | "stale_epoch" | "too_fast" | "not_stored";
export interface NakFrame {
  readonly t: "nak";
  readonly room: number;
  readonly cid: string;
  readonly code: NakCode;
}
export interface ClockFrame {
  readonly t: "clock";
  readonly room: number;
  readonly used: number;
  readonly granted: number;
  readonly running: boolean;
}
export interface EventFrame {
  readonly t: "event";
  readonly topic: string;
  readonly name: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

export type RoomFrame =
  | MsgFrame
  | AckFrame
  | NakFrame
  | ClockFrame
  | { readonly t: "synced"; readonly room: number; readonly seq: number }
  | { readonly t: "resync"; readonly room: number }
  | { readonly t: "presence"; readonly room: number; readonly seats: readonly number[] }
  | { readonly t: "typing"; readonly room: number; readonly seat: number }
  | { readonly t: "over"; readonly room: number; readonly why: "closed" | "time" };

export type IncomingFrame =
  | RoomFrame
  | EventFrame
  | { readonly t: "welcome"; readonly resume: string; readonly now: number }
  | { readonly t: "pong" };

export type OutgoingFrame =
  | { readonly t: "sync"; readonly room: number; readonly after: number }
  | {
      readonly t: "send";
      readonly room: number;
      readonly epoch: number;
      readonly cid: string;
      readonly c: string;
      readonly body: string;
    }
  | { readonly t: "typing"; readonly room: number }
  | { readonly t: "ping" };

/** A frame from the gateway, or null for what is none (a newer gateway may say more than this page knows). */
export function parse(data: unknown): IncomingFrame | null {
  if (typeof data !== "string") return null;
  try {
    const frame: unknown = JSON.parse(data);
    return typeof frame === "object" && frame !== null && "t" in frame ? (frame as IncomingFrame) : null;
  } catch {
    return null;
  }
}

/** Whether something happened to this person in a room: `card`, `handover`. */
export function isEventOf(frame: IncomingFrame, name: string, room: number): boolean {
  return frame.t === "event" && frame.name === name && frame.data?.room === room;
}

/** Whether a frame is about a room. */
export function isOfRoom(frame: IncomingFrame, room: number): frame is RoomFrame {
  return "room" in frame && frame.room === room;
}
