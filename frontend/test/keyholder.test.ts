import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { decode, encode } from "../src/lib/base64url";
import { openFrom, sealTo } from "../src/lib/keys/hpke";
import { keyIdOf, newKeyholderKey, spokenOf, unwrap } from "../src/lib/keys/keyholder-key";
import { newSecret, read, tidied, written } from "../src/lib/keys/recovery-code";
import { newSeatKey } from "../src/lib/keys/seat-key";

interface Known {
  pkcs8: string; pk: string; key_id: string; spoken: string; secret: string; code: string; wrapped: string;
}

// Run from the repository's root: the file the server is measured against, too.
const { keyholder: known } = JSON.parse(readFileSync("tests/protocol/vectors.json", "utf8")) as { keyholder: Known };
const secret = decode(known.secret);
const pk = decode(known.pk);

test("id_and_digits_equal_the_vectors", async () => {
  assert.equal(await keyIdOf(pk), known.key_id);
  assert.equal(await spokenOf(pk), known.spoken);
});

test("a_recovery_code_equals_the_vectors", async () => {
  assert.equal((await written(secret)).join(" "), known.code);
  assert.deepEqual(await read(known.code), secret);
});

test("every_secret_comes_back_from_its_code", async () => {
  const least = new Uint8Array(16);
  for (const each of [least, new Uint8Array(16).fill(255), newSecret(), newSecret()]) {
    const groups = await written(each);
    assert.deepEqual(groups.map((group) => group.length), [4, 4, 4, 4, 4, 4, 4]);
    assert.deepEqual(await read(groups.join("-")), each);
  }
});

test("reading_a_code_forgives_what_people_write", async () => {
  const code = known.code;
  const forms = [
    code.toLowerCase(), code.replaceAll(" ", ""), code.replaceAll(" ", " – "), `  ${code}\n`,
    code.replaceAll("0", "O").replaceAll("1", "l").replaceAll("V", "u"), code.replaceAll("1", "i"),
    code.replace(/./g, (letter) => (letter === " " ? letter : String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0xfee0))),
  ];
  for (const typed of forms) assert.deepEqual(await read(typed), secret, typed);
  assert.equal(tidied("o0 iL1-u"), "00111V");
});

test("one_wrong_or_swapped_or_missing_letter_is_no_code", async () => {
  const symbols = known.code.replaceAll(" ", "");
  const other = (letter: string): string => (letter === "7" ? "8" : "7");
  let taken = 0;
  for (let at = 0; at < symbols.length; at++) {
    const wrong = symbols.slice(0, at) + other(symbols[at] ?? "") + symbols.slice(at + 1);
    if (await read(wrong)) taken++;
    assert.equal(await read(symbols.slice(0, at) + symbols.slice(at + 1)), null);
  }
  assert.equal(taken, 0);
  assert.equal(await read(""), null);
  assert.equal(await read(`${symbols}0`), null);
  assert.equal(await read(symbols.replace(/^./, "É")), null);
});

test("a_wrapped_key_opens_with_its_code_and_works", async () => {
  const own = await unwrap({ pk, wrapped: decode(known.wrapped) }, secret);
  assert.equal(own.keyId, known.key_id);
  const [{ key: sender }, info, plain] = [await newSeatKey(), new Uint8Array([1]), new Uint8Array([2, 3])];
  const sealed = await sealTo(own.key.publicKey, sender, info, plain);
  assert.deepEqual(await openFrom(sender.publicKey, own.key, info, sealed), plain);
});

test("a_new_key_comes_back_from_what_the_server_keeps", async () => {
  const code = newSecret();
  const made = await newKeyholderKey(code);
  const again = await unwrap(made, code);
  assert.equal(again.keyId, made.keyId);
  const peer = (await newSeatKey()).key;
  const shared = async (key: CryptoKey): Promise<string> =>
    encode(new Uint8Array(await crypto.subtle.deriveBits({ name: "ECDH", public: peer.publicKey }, key, 256)));
  assert.equal(await shared(again.key.privateKey), await shared(made.key.privateKey));
});

test("no_script_reads_a_private_key", async () => {
  const code = newSecret();
  const made = await newKeyholderKey(code);
  for (const { key } of [made, await unwrap(made, code)]) {
    assert.equal(key.privateKey.extractable, false);
    await assert.rejects(crypto.subtle.exportKey("pkcs8", key.privateKey));
  }
});

test("another_code_another_key_or_one_changed_bit_opens_nothing", async () => {
  const wrapped = decode(known.wrapped);
  await assert.rejects(unwrap({ pk, wrapped }, newSecret()));
  await assert.rejects(unwrap({ pk: (await newKeyholderKey(secret)).pk, wrapped }, secret));
  const changed = Uint8Array.from(wrapped);
  changed[20] = (changed[20] ?? 0) ^ 1;
  await assert.rejects(unwrap({ pk, wrapped: changed }, secret));
});
