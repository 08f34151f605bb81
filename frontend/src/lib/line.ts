import { pauseBefore } from "./backoff";
import { parse, type IncomingFrame, type OutgoingFrame } from "./frames";

/**
 * `connecting` before the first welcome, `cut` while trying again, `elsewhere` when another tab took the
 * seat, `ended` when there is no seat to come back to.
 */
export type LineState = "connecting" | "open" | "cut" | "elsewhere" | "ended";

/** What the line needs of a WebSocket. */
export interface Socket {
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  send(data: string): void;
  close(): void;
}

export interface LineParts {
  /** A fresh ticket; null when there is nothing left to connect to. Throws when the server can't be reached. */
  readonly ticket: () => Promise<string | null>;
  readonly connect: (token: string) => Socket;
  readonly now: () => number;
  readonly random: () => number;
  readonly onState: (state: LineState) => void;
  readonly onFrame: (frame: IncomingFrame) => void;
}

/** How often `beat` is called, about. */
const BEAT_MS = 5_000;
const PING_MS = 20_000;
const SILENCE_MS = 10_000;
const PROBE_MS = 4_000;
const WELCOME_MS = 15_000;
const HELD_MS = 5_000;
const TOO_MANY_MS = 5_000;

const REPLACED = 4000;
const REVOKED = 4001;
const TOO_MANY = 4003;

/**
 * The socket to the gateway, kept up: a ticket opens it, resume tokens open it again, a line that is silent
 * after a ping counts as cut. Call `beat` every few seconds; it pings and notices silence.
 */
export class Line {
  state: LineState = "connecting";
  private socket: Socket | null = null;
  private resume: string | null = null;
  private failed = 0;
  private attempt = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private startedMs = 0;
  private pingedMs = 0;
  private unanswered = false;
  private stopped = true;
  /** Sent away once, and not held since: the next time it is for good. */
  private revoked = false;

  constructor(private readonly parts: LineParts) {}

  start(): void {
    this.stopped = false;
    this.revoked = false;
    this.enter("connecting");
    void this.open();
  }

  /** Closes for good, at once. */
  stop(): void {
    this.stopped = true;
    this.resume = null;
    this.drop();
  }

  /** Here instead of in the other tab. */
  takeOver(): void {
    if (this.state === "elsewhere") this.start();
  }

  /** The network is back, or somebody asks: don't wait for the next try. */
  hurry(): void {
    if (this.stopped || this.state === "elsewhere" || this.state === "ended") return;
    if (this.state === "open") this.probe();
    else if (this.timer !== null) void this.open();
  }

  /** The device says the network is gone. */
  lost(): void {
    if (!this.stopped && this.socket) this.closed(0);
  }

  send(frame: OutgoingFrame): boolean {
    if (this.state !== "open" || !this.socket) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  beat(): void {
    if (this.stopped || !this.socket) return;
    const now = this.parts.now();
    if (this.state !== "open") {
      if (now - this.startedMs > WELCOME_MS) this.closed(0);
    } else if (this.unanswered && now - this.pingedMs > SILENCE_MS) {
      this.closed(0);
    } else if (now - this.pingedMs > PING_MS - BEAT_MS) {
      this.ping();
    }
  }

  /** After a sleep a line may be dead without knowing it. */
  private probe(): void {
    this.ping();
    const { socket } = this;
    setTimeout(() => {
      if (this.unanswered && socket === this.socket) this.closed(0);
    }, PROBE_MS);
  }

  private ping(): void {
    if (this.unanswered) return;
    this.unanswered = true;
    this.pingedMs = this.parts.now();
    this.send({ t: "ping" });
  }

  private async open(): Promise<void> {
    this.drop();
    const attempt = ++this.attempt;
    const token = this.resume ?? (await this.askForTicket());
    if (this.stopped || attempt !== this.attempt) return;
    if (token === undefined) this.tryLater();
    else if (token === null) this.enter("ended");
    else this.connect(token);
  }

  private async askForTicket(): Promise<string | null | undefined> {
    try {
      return await this.parts.ticket();
    } catch {
      return undefined;
    }
  }

  private connect(token: string): void {
    this.resume = null; // Each opens one socket; the welcome brings the next.
    this.startedMs = this.parts.now();
    const socket = this.parts.connect(token);
    this.socket = socket;
    socket.onmessage = ({ data }) => {
      this.heard(data);
    };
    socket.onclose = ({ code }) => {
      this.closed(code);
    };
  }

  private heard(data: unknown): void {
    this.unanswered = false;
    const frame = parse(data);
    if (!frame) return;
    if (frame.t === "welcome") {
      this.resume = frame.resume;
      this.startedMs = this.parts.now();
      this.pingedMs = this.startedMs;
      this.enter("open");
    }
    this.parts.onFrame(frame);
  }

  private closed(code: number): void {
    const held = this.state === "open" && this.parts.now() - this.startedMs > HELD_MS;
    this.drop();
    if (held) {
      this.failed = 0;
      this.revoked = false;
    }
    if (code === REPLACED || code === REVOKED) this.resume = null;
    if (code === REPLACED || (code === REVOKED && this.revoked)) {
      this.enter(code === REPLACED ? "elsewhere" : "ended");
      return;
    }
    // This session may have ended, or only its old key: the server says which when asked for a ticket.
    if (code === REVOKED) this.revoked = true;
    this.enter("cut");
    this.tryLater(code === TOO_MANY ? TOO_MANY_MS : 0);
  }

  private tryLater(atLeastMs = 0): void {
    this.enter("cut");
    const pause = Math.max(atLeastMs, pauseBefore(this.failed++, this.parts.random()));
    this.timer = setTimeout(() => void this.open(), pause);
  }

  private drop(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.unanswered = false;
    this.attempt += 1;
    const socket = this.socket;
    this.socket = null;
    if (!socket) return;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close();
  }

  private enter(state: LineState): void {
    if (this.state === state) return;
    this.state = state;
    this.parts.onState(state);
  }
}
