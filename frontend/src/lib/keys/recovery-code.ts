import type { Bytes } from "../base64url";
import { lp } from "../lp";
import { random, sha256 } from "./bytes";

/** Crockford's base 32: no I, L, O and U, so that nothing is mistaken for 1, 0 or V. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const SECRET_BYTES = 16;
const CHECK_BITS = 12;
const SYMBOLS = (SECRET_BYTES * 8 + CHECK_BITS) / 5;
const GROUP = 4;
/** How many groups a written code has. */
export const GROUPS = SYMBOLS / GROUP;

/** 128 random bits: what opens a wrapped key. */
export function newSecret(): Bytes {
  return random(SECRET_BYTES);
}

/** 7 groups of 4: the secret, and 12 bits of its hash that catch what was mistyped. */
export async function written(secret: Bytes): Promise<string[]> {
  if (secret.length !== SECRET_BYTES) throw new RangeError("a recovery code has 128 bits");
  const symbols = symbolsOf((numberOf(secret) << BigInt(CHECK_BITS)) | BigInt(await checkOf(secret)));
  return Array.from({ length: GROUPS }, (_, at) => symbols.slice(at * GROUP, (at + 1) * GROUP));
}

/** The secret of what somebody typed, null when it is no whole code. */
export async function read(typed: string): Promise<Bytes | null> {
  const symbols = tidied(typed);
  const values = Array.from(symbols, (symbol) => ALPHABET.indexOf(symbol));
  if (values.length !== SYMBOLS || values.includes(-1)) return null;
  const whole = values.reduce((sum, value) => (sum << 5n) | BigInt(value), 0n);
  const secret = bytesOf(whole >> BigInt(CHECK_BITS));
  return (await checkOf(secret)) === Number(whole & BigInt(2 ** CHECK_BITS - 1)) ? secret : null;
}

/** Small letters, spaces, dashes and look-alikes make no difference. */
export function tidied(typed: string): string {
  const letters = typed.normalize("NFKC").toUpperCase().replace(/[^\p{L}\p{N}]/gu, "");
  return letters.replace(/O/g, "0").replace(/[IL]/g, "1").replace(/U/g, "V");
}

async function checkOf(secret: Bytes): Promise<number> {
  const [first = 0, second = 0] = await sha256(lp("warmline/1 recovery code check", secret));
  return ((first << 8) | second) >> (16 - CHECK_BITS);
}

function symbolsOf(whole: bigint): string {
  let symbols = "";
  for (let rest = whole, left = SYMBOLS; left > 0; left--, rest >>= 5n) symbols = (ALPHABET[Number(rest & 31n)] ?? "") + symbols;
  return symbols;
}

function numberOf(bytes: Bytes): bigint {
  return bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

function bytesOf(number: bigint): Bytes {
  const bytes = new Uint8Array(SECRET_BYTES);
  for (let at = SECRET_BYTES - 1, rest = number; at >= 0; at--, rest >>= 8n) bytes[at] = Number(rest & 255n);
  return bytes;
}
