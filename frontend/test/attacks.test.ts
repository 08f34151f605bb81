import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, encode, type Bytes } from "../src/lib/base64url";
import { newCid, open, pad, seal } from "../src/lib/envelope";
import type { OutgoingFrame } from "../src/lib/frames";
import { decrypt, hkdf, joined, random, sha256 } from "../src/lib/keys/bytes";
import { Epoch, EpochRefused, writeHeader, type Commit, type Header, type Standing } from "../src/lib/keys/epoch";
import { publicKeyOf, sealFor, sealTo } from "../src/lib/keys/hpke";
import { newSeatKey, type SeatKey } from "../src/lib/keys/seat-key";
import { LogChain } from "../src/lib/log-chain";
import { lp } from "../src/lib/lp";
import { adaIn, ADA, BEN, NOW, Room as Log, texts } from "./cast";
import { Page, receivedBy, Room, ROOM, settle, Tab } from "./room";
import { openedByBoth } from "./two-keys";

// Attacks that have no test beside the module they are on. docs/encryption.md numbers them all.

const RELOADS = 100;
const NOBODY = new Map<number, Bytes>();

/** A room of three who have their keys. */
async function three(): Promise<{ keys: [SeatKey, SeatKey, SeatKey]; header: Header; standing: (seat: number) => Standing }> {
  const made = await Promise.all([newSeatKey(), newSeatKey(), newSeatKey()]);
  const keys: [SeatKey, SeatKey, SeatKey] = [made[0].key, made[1].key, made[2].key];
  const x = (await LogChain.start(ROOM)).headAt(0);
  const roles = ["seeker", "volunteer", "interpreter"];
  const roster = keys.map(({ pk }, i) => ({ seat: i + 1, role: roles[i] ?? "", pk }));
  const header = { room: ROOM, epoch: 2, committer: 1, previous: random(32), upTo: 0, x, roster };
  const standing = (seat: number): Standing => ({
    room: ROOM, seat, key: keys[seat - 1] ?? keys[0], last: null, admitted: NOBODY, chainAt: () => null,
  });
  return { keys, header, standing };
}

async function refusal(seat: number, commit: Commit, standing: Standing): Promise<string> {
  const error: unknown = await Epoch.accept(receivedBy(seat, commit), standing).then(() => null, (reason: unknown) => reason);
  return error instanceof EpochRefused ? error.why : "accepted";
}

test("1_a_secret_that_nobody_in_particular_sealed_is_refused", async () => {
  const { keys, header, standing } = await three();
  const h = await sha256(writeHeader(header));
  const secret = random(32);
  const confirm = await hkdf(secret, h, lp("warmline/1 confirm"));
  const sealed = await Promise.all(keys.map(async ({ pk }) => sealFor(await publicKeyOf(pk), h, secret)));
  for (const seat of [2, 3]) {
    assert.equal(await refusal(seat, { header: writeHeader(header), sealed, confirm }, standing(seat)), "does_not_open");
  }
});

test("5_of_two_secrets_for_two_seats_one_is_refused_or_nothing_of_it_is_read", async () => {
  const { keys: [ada, ben, chioma], header, standing } = await three();
  const h = await sha256(writeHeader(header));
  const [one, other] = [random(32), random(32)];
  const confirmOf = (secret: Bytes): Promise<Bytes> => hkdf(secret, h, lp("warmline/1 confirm"));
  const sealed = await Promise.all(
    ([[ada, one], [ben, one], [chioma, other]] as const).map(async ([{ pk }, secret]) => sealTo(await publicKeyOf(pk), ada, h, secret)),
  );
  const commit = { header: writeHeader(header), sealed, confirm: await confirmOf(one) };
  assert.equal(await refusal(2, commit, standing(2)), "accepted");
  assert.equal(await refusal(3, commit, standing(3)), "not_confirmed");

  // With the server's help each gets the confirmation that fits: then they can't read each other.
  const benEpoch = await Epoch.accept(receivedBy(2, commit), standing(2));
  const chiomaEpoch = await Epoch.accept(receivedBy(3, { ...commit, confirm: await confirmOf(other) }), standing(3));
  const place = { room: ROOM, epoch: 2, seat: 2 };
  const said = await seal({ k: "text", t: "Hello", n: 1, seen: 0, h: "" }, place, newCid(), await benEpoch.messageKey(2));
  assert.equal((await open(said, place, await benEpoch.messageKey(2)))?.t, "Hello");
  assert.equal(await open(said, place, await chiomaEpoch.messageKey(2)), null);
});

test("6_a_reload_fed_a_chain_made_for_its_own_key_refuses_it", async () => {
  const room = new Room();
  const tab = new Tab();
  const ada = await Page.at(room, 1, tab);
  await settle(ada, await Page.at(room, 2));
  const { key: eve } = await newSeatKey();
  const x = (await LogChain.start(ROOM)).headAt(0);
  const roster = [{ seat: 1, role: "seeker", pk: ada.keyring.key.pk }, { seat: 2, role: "volunteer", pk: eve.pk }];
  const header = { room: ROOM, epoch: 1, committer: 2, previous: new Uint8Array(), upTo: 0, x, roster };
  const { commit } = await Epoch.commit(header, eve);
  room.lie = (state) => ({ ...state, commits: [receivedBy(1, commit)] });

  const again = await Page.at(room, 1, tab);
  await again.keyring.update([1, 2]);
  assert.deepEqual([again.keyring.refused, again.keyring.current], ["other_history", null]);
});

test("7_a_hundred_reloads_and_copied_tabs_repeat_no_key_and_iv", async () => {
  const room = new Room();
  const tab = new Tab();
  const ben = await Page.at(room, 2);
  await settle(await Page.at(room, 1, tab), ben);
  const sends: Extract<OutgoingFrame, { t: "send" }>[] = [];
  for (let reload = 0; reload < RELOADS; reload++) {
    const page = await reloaded(room, tab);
    page.writes("the same words each time");
    for (const frame of await page.conversation.due(room.now)) if (frame.t === "send") sends.push(frame);
  }
  const copy = new Tab();
  copy.kept = tab.kept;
  const copies = [await reloaded(room, tab), await reloaded(room, copy)];
  for (const page of copies) {
    page.writes("from a copied tab");
    for (const frame of await page.conversation.due(room.now)) if (frame.t === "send") sends.push(frame);
  }
  const key = await ben.keyring.messageKey(1, 1);
  if (!key) throw new Error("an epoch");
  const kfs = await Promise.all(sends.map((send) => kfOf(send, key)));
  assert.equal(sends.length, RELOADS + 2);
  assert.equal(new Set(sends.map(({ body }) => encode(decode(body).slice(0, 12)))).size, sends.length);
  assert.equal(new Set(sends.map(({ cid }) => cid)).size, sends.length);
  assert.equal(new Set(kfs).size, sends.length);
});

/** The tab's next page, at the end of the log; nothing it says is ever stored. */
async function reloaded(room: Room, tab: Tab): Promise<Page> {
  const page = await Page.at(room, 1, tab);
  await page.keyring.update([1, 2]);
  await page.conversation.due(room.now);
  for (const msg of room.log) await page.conversation.take(msg, room.now);
  await page.conversation.take({ t: "synced", room: ROOM, seq: room.log.length }, room.now);
  return page;
}

async function kfOf(send: Extract<OutgoingFrame, { t: "send" }>, key: CryptoKey): Promise<string> {
  const header = lp("warmline/1 hdr", ROOM, send.epoch, 1, decode(send.cid));
  const opened = await decrypt(key, lp(header, decode(send.c)), decode(send.body));
  return encode(opened.slice(0, 32));
}

test("13_a_ciphertext_that_two_keys_open_is_shown_under_neither", async () => {
  const [one, other] = [random(32), random(32)];
  const place = { room: ROOM, epoch: 1, seat: 2 };
  const [cid, c] = [newCid(), random(32)];
  const aad = lp(lp("warmline/1 hdr", place.room, place.epoch, place.seat, decode(cid)), c);
  const plain = joined(random(32), pad({ k: "text", t: "To you alone", n: 1, seen: 0, h: "" }));
  const body = await openedByBoth(one, other, random(12), aad, plain);
  const opened = [];
  for (const raw of [one, other]) {
    const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["decrypt"]);
    opened.push(await decrypt(key, aad, body));
    assert.equal(await open({ cid, c: encode(c), body: encode(body) }, place, key), null);
  }
  assert.deepEqual(opened[0]?.slice(32), plain.slice(32), "the attack is real");
  assert.notDeepEqual(opened[0], opened[1]);
});

test("15_a_dropped_a_swapped_and_a_forked_message_raise_doubt", async () => {
  const log = new Log();
  const [one, two] = [await log.benWrites("one"), await log.benWrites("two")];
  const dropped = await adaIn(new Log());
  await dropped.take({ ...two, seq: 1 }, NOW);
  assert.deepEqual([dropped.doubtful, texts(dropped)], [true, ["two"]]);

  const swapped = await adaIn(new Log());
  for (const [i, msg] of [two, one].entries()) await swapped.take({ ...msg, seq: i + 1 }, NOW);
  assert.equal(swapped.doubtful, true);

  const [hers, his] = [new Log(), new Log()]; // Each is shown another first message of Ada's.
  const ada = await adaIn(hers);
  await ada.take(await hers.store(ADA, await hers.sealedBy(ADA, "yes", 1)), NOW);
  await his.store(ADA, await his.sealedBy(ADA, "no", 1));
  assert.equal(ada.doubtful, false);
  await ada.take({ ...(await his.benWrites("I see")), seat: BEN, seq: 2 }, NOW);
  assert.equal(ada.doubtful, true);
});
