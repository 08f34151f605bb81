import type { Bytes } from "../src/lib/base64url";
import { joined } from "../src/lib/keys/bytes";

/**
 * A ciphertext that AES-GCM opens under two keys. GCM's tag is linear in the ciphertext: with one block left free,
 * both tags can be made equal (Grubbs, Lu, Ristenpart: Message Franking via Committing Authenticated Encryption,
 * 2017; Dodis et al.: Fast Message Franking, 2018). Only to show that the commitment is what stands against it.
 */
const REDUCTION = 0xe1n << 120n;
const BLOCK = 16;

/**
 * iv ‖ ciphertext ‖ tag that both keys open: `one` to `plain` but for its first block, `other` to noise.
 * `plain` in whole blocks of 16 bytes.
 */
export async function openedByBoth(one: Bytes, other: Bytes, iv: Bytes, aad: Bytes, plain: Bytes): Promise<Bytes> {
  const stream = await keyStream(one, iv, plain.length);
  const free = plain.map((byte, i) => (i < BLOCK ? 0 : byte ^ (stream[i] ?? 0)));
  const [mine, theirs] = await Promise.all([one, other].map((key) => tagOf(key, iv, aad, free)));
  if (!mine || !theirs) throw new Error("two keys");
  const block = times(mine.tag ^ theirs.tag, inverse(mine.weight ^ theirs.weight));
  return joined(iv, bytesOf(block), free.slice(BLOCK), bytesOf(mine.tag ^ times(block, mine.weight)));
}

/** The tag of a ciphertext, and what its first block is multiplied with in it. */
async function tagOf(key: Bytes, iv: Bytes, aad: Bytes, sealed: Bytes): Promise<{ tag: bigint; weight: bigint }> {
  const h = await encrypted(key, new Uint8Array(BLOCK));
  const lengths = new Uint8Array(BLOCK);
  const view = new DataView(lengths.buffer);
  view.setUint32(4, aad.length * 8);
  view.setUint32(12, sealed.length * 8);
  const blocks = [...blocksOf(aad), ...blocksOf(sealed), numberOf(lengths)];
  const hash = blocks.reduce((sum, block) => times(sum ^ block, h), 0n);
  const weight = power(h, BigInt(blocksOf(sealed).length + 1));
  return { tag: hash ^ (await encrypted(key, joined(iv, new Uint8Array([0, 0, 0, 1])))), weight };
}

async function encrypted(key: Bytes, block: Bytes): Promise<bigint> {
  return numberOf(await stretched(key, block, BLOCK));
}

async function keyStream(key: Bytes, iv: Bytes, length: number): Promise<Bytes> {
  return stretched(key, joined(iv, new Uint8Array([0, 0, 0, 2])), length);
}

async function stretched(raw: Bytes, counter: Bytes, length: number): Promise<Bytes> {
  const key = await crypto.subtle.importKey("raw", raw, "AES-CTR", false, ["encrypt"]);
  return new Uint8Array(await crypto.subtle.encrypt({ name: "AES-CTR", counter, length: 32 }, key, new Uint8Array(length)));
}

function blocksOf(bytes: Bytes): bigint[] {
  const whole = joined(bytes, new Uint8Array((BLOCK - (bytes.length % BLOCK)) % BLOCK));
  return Array.from({ length: whole.length / BLOCK }, (_, i) => numberOf(whole.slice(i * BLOCK, (i + 1) * BLOCK)));
}

/** In GCM's field of 2^128 elements, the first bit being the lowest power. */
function times(a: bigint, b: bigint): bigint {
  let [product, shifted] = [0n, b];
  for (let bit = 127n; bit >= 0n; bit--) {
    if ((a >> bit) & 1n) product ^= shifted;
    shifted = shifted & 1n ? (shifted >> 1n) ^ REDUCTION : shifted >> 1n;
  }
  return product;
}

function power(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n << 127n, base];
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = times(result, square);
    square = times(square, square);
  }
  return result;
}

function inverse(a: bigint): bigint {
  return power(a, 2n ** 128n - 2n);
}

function numberOf(block: Bytes): bigint {
  return block.reduce<bigint>((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

function bytesOf(block: bigint): Bytes {
  return new Uint8Array(Array.from({ length: BLOCK }, (_, i) => Number((block >> BigInt(8 * (BLOCK - 1 - i))) & 255n)));
}
