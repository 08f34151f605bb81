import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { pauseBefore } from "../src/lib/backoff";
import type { IncomingFrame } from "../src/lib/frames";
import { Line, type LineState, type Socket } from "../src/lib/line";

/** The other end of a socket, as a browser would give it to the page. */
class Wire implements Socket {
  onmessage: Socket["onmessage"] = null;
  onclose: Socket["onclose"] = null;
  readonly sent: unknown[] = [];
  closedByPage = false;

  constructor(readonly token: string) {}

  send(data: string): void {
    this.sent.push(JSON.parse(data));
  }

  close(): void {
    this.closedByPage = true;
  }

  says(frame: unknown): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  welcomes(resume: string): void {
    this.says({ t: "welcome", resume, now: 0 });
  }

  drops(code: number): void {
    this.onclose?.({ code });
  }
}

class Desk {
  readonly wires: Wire[] = [];
  readonly states: LineState[] = [];
  readonly frames: IncomingFrame[] = [];
  tickets = 0;
  ticket: () => Promise<string | null> = () => Promise.resolve(`ticket ${++this.tickets}`);
  readonly line: Line;

  constructor(private readonly context: TestContext) {
    context.mock.timers.enable({ apis: ["setTimeout", "Date"] });
    this.line = new Line({
      ticket: () => this.ticket(),
      connect: (token) => {
        const wire = new Wire(token);
        this.wires.push(wire);
        return wire;
      },
      now: () => Date.now(),
      random: () => 1,
      onState: (state) => this.states.push(state),
      onFrame: (frame) => this.frames.push(frame),
    });
  }

  get wire(): Wire {
    const wire = this.wires.at(-1);
    if (!wire) throw new Error("no socket was opened");
    return wire;
  }

  async pass(ms: number): Promise<void> {
    this.context.mock.timers.tick(ms);
    await settle();
  }

  async open(resume = "resume 1"): Promise<void> {
    this.line.start();
    await settle();
    this.wire.welcomes(resume);
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

test("first_try_is_quick_then_pauses_double_up_to_8_s", () => {
  assert.ok(pauseBefore(0, 1) <= 300);
  assert.deepEqual([1, 2, 3, 4, 5, 9].map((failed) => pauseBefore(failed, 1)), [1000, 2000, 4000, 8000, 8000, 8000]);
  assert.equal(pauseBefore(3, 0), 2000);
});

test("line_opens_with_a_ticket_and_again_with_the_resume_token", async (context) => {
  const desk = new Desk(context);
  await desk.open();
  assert.equal(desk.wire.token, "ticket 1");
  await desk.pass(6_000);
  desk.wire.drops(1006);
  await desk.pass(300);
  assert.equal(desk.wire.token, "resume 1");
  assert.deepEqual(desk.states, ["open", "cut"]);
});

test("refused_resume_token_is_not_used_twice", async (context) => {
  const desk = new Desk(context);
  await desk.open();
  desk.wire.drops(1006);
  await desk.pass(300);
  desk.wire.drops(1006); // 403: a browser says no more than that.
  await desk.pass(15_000);
  assert.equal(desk.wire.token, "ticket 2");
});

test("unreachable_server_is_asked_again", async (context) => {
  const desk = new Desk(context);
  desk.ticket = () => Promise.reject(new Error("no network"));
  desk.line.start();
  await settle();
  assert.equal(desk.line.state, "cut");
  desk.ticket = () => Promise.resolve("ticket");
  await desk.pass(300);
  assert.equal(desk.wire.token, "ticket");
});

test("no_seat_to_come_back_to_ends_the_line", async (context) => {
  const desk = new Desk(context);
  desk.ticket = () => Promise.resolve(null);
  desk.line.start();
  await settle();
  assert.equal(desk.line.state, "ended");
  await desk.pass(60_000);
  assert.equal(desk.wires.length, 0);
});

test("replaced_line_waits_for_its_person", async (context) => {
  const desk = new Desk(context);
  await desk.open();
  desk.wire.drops(4000);
  await desk.pass(60_000);
  assert.equal(desk.line.state, "elsewhere");
  assert.equal(desk.wires.length, 1);
  desk.line.takeOver();
  await settle();
  assert.equal(desk.wire.token, "ticket 2");
});

test("revoked_line_asks_once_for_a_ticket_and_ends_when_there_is_none", async (context) => {
  const desk = new Desk(context);
  await desk.open();
  desk.ticket = () => { desk.tickets++; return Promise.resolve(null); };
  desk.wire.drops(4001);
  await desk.pass(60_000);
  assert.equal(desk.line.state, "ended");
  assert.equal(desk.tickets, 2);
  assert.equal(desk.wires.length, 1);
});

test("revoked_line_goes_on_with_a_new_ticket_and_never_with_the_resume_token", async (context) => {
  const desk = new Desk(context);
  await desk.open();
  desk.wire.drops(4001);
  await desk.pass(1_000);
  assert.equal(desk.wire.token, "ticket 2");
});

test("line_revoked_twice_in_a_row_ends", async (context) => {
  const desk = new Desk(context);
  await desk.open();
  desk.wire.drops(4001);
  await desk.pass(1_000);
  desk.wire.drops(4001);
  await desk.pass(60_000);
  assert.equal(desk.line.state, "ended");
  assert.equal(desk.wires.length, 2);
});

test("server_going_away_is_followed_at_once", async (context) => {
  const desk = new Desk(context);
  await desk.open();
  await desk.pass(6_000);
  desk.wire.drops(4005);
  await desk.pass(300);
  assert.equal(desk.wires.length, 2);
});

test("too_many_frames_pauses_longer", async (context) => {
  const desk = new Desk(context);
  await desk.open();
  await desk.pass(6_000);
  desk.wire.drops(4003);
  await desk.pass(4_900);
  assert.equal(desk.wires.length, 1);
  await desk.pass(200);
  assert.equal(desk.wires.length, 2);
});

test("line_that_never_holds_pauses_longer_each_time", async (context) => {
  const desk = new Desk(context);
  await desk.open();
  desk.wire.drops(1006);
  await desk.pass(300);
  desk.wire.welcomes("resume 2");
  desk.wire.drops(1006);
  await desk.pass(900);
  assert.equal(desk.wires.length, 2);
  await desk.pass(100);
  assert.equal(desk.wires.length, 3);
});

test("silence_after_a_ping_counts_as_cut", async (context) => {
  const desk = new Desk(context);
  await desk.open();
  await desk.pass(16_000);
  desk.line.beat();
  assert.deepEqual(desk.wire.sent, [{ t: "ping" }]);
  await desk.pass(10_001);
  const silent = desk.wire;
  desk.line.beat();
  assert.equal(desk.line.state, "cut");
  assert.equal(silent.closedByPage, true);
});

test("ping_goes_out_though_the_gateway_talks", async (context) => {
  const desk = new Desk(context);
  await desk.open();
  for (let beats = 0; beats < 12; beats++) {
    await desk.pass(5_000);
    desk.wire.says({ t: "clock", room: 1, used: 0, granted: 1, running: true });
    desk.line.beat();
  }
  assert.ok(desk.wire.sent.length >= 3, "the gateway closes a socket it hears nothing from for 60 s");
  assert.equal(desk.line.state, "open");
});

test("socket_that_never_welcomes_is_given_up", async (context) => {
  const desk = new Desk(context);
  desk.line.start();
  await settle();
  await desk.pass(15_001);
  desk.line.beat();
  assert.equal(desk.line.state, "cut");
});

test("hurry_does_not_wait_for_the_next_try", async (context) => {
  const desk = new Desk(context);
  await desk.open();
  await desk.pass(6_000);
  desk.line.lost();
  desk.line.hurry();
  await settle();
  assert.equal(desk.wires.length, 2);
});

test("line_that_died_in_a_sleep_is_noticed_soon", async (context) => {
  const desk = new Desk(context);
  await desk.open();
  await desk.pass(60_000);
  desk.line.hurry();
  await desk.pass(4_000);
  assert.equal(desk.line.state, "cut");
});

test("line_that_answers_after_a_sleep_is_kept", async (context) => {
  const desk = new Desk(context);
  await desk.open();
  desk.line.hurry();
  desk.wire.says({ t: "pong" });
  await desk.pass(4_000);
  assert.equal(desk.line.state, "open");
});

test("stopped_line_stays_stopped", async (context) => {
  const desk = new Desk(context);
  await desk.open();
  desk.line.stop();
  assert.equal(desk.wire.closedByPage, true);
  desk.line.hurry();
  desk.line.beat();
  await desk.pass(60_000);
  assert.equal(desk.wires.length, 1);
});

test("frame_that_is_none_is_passed_over", async (context) => {
  const desk = new Desk(context);
  await desk.open();
  desk.wire.onmessage?.({ data: "{" });
  desk.wire.onmessage?.({ data: "null" });
  desk.wire.onmessage?.({ data: new ArrayBuffer(1) });
  assert.deepEqual(desk.frames.map(({ t }) => t), ["welcome"]);
});
