import { encode, type Bytes } from "../base64url";
import { lp } from "../lp";
import { decrypt, encrypt, hkdfAesKey, sha256 } from "./bytes";
import { newSeatKey, seatKeyOf, type SeatKey } from "./seat-key";

/** What a key is for: evidence of reports, or letters. Each has labels of its own, so no key passes for the other. */
export type KeyUse = "keyholder" | "letter";

const LABELS: Record<KeyUse, string> = { keyholder: "warmline/1 keyholder", letter: "warmline/1 letter key" };
const KEY_ID_BYTES = 16;
const [GROUPS, DIGITS] = [4, 5];

/** A coordinator's key, or a volunteer's letter key, as a page of theirs uses it. */
export interface OwnKey {
  /** base64url of 16 bytes, computed from the public key. */
  readonly keyId: string;
  readonly key: SeatKey;
}

/** What the server keeps of a key: its public half, and the private one under the recovery code. */
export interface WrappedKey {
  readonly pk: Bytes;
  readonly wrapped: Bytes;
}

/** A new key that no script can read, and its bytes under the secret of a recovery code. */
export async function newKeyholderKey(secret: Bytes, use: KeyUse = "keyholder"): Promise<OwnKey & WrappedKey> {
  const { key, pkcs8 } = await newSeatKey();
  const wrapped = await encrypt(await wrapping(secret, use), about(key.pk, use), pkcs8);
  pkcs8.fill(0);
  return { keyId: await keyIdOf(key.pk, use), key, pk: key.pk, wrapped };
}

/** Throws when the code is not the one of this key. */
export async function unwrap({ pk, wrapped }: WrappedKey, secret: Bytes, use: KeyUse = "keyholder"): Promise<OwnKey> {
  const pkcs8 = await decrypt(await wrapping(secret, use), about(pk, use), wrapped);
  const key = await seatKeyOf(pkcs8, pk);
  pkcs8.fill(0);
  return { keyId: await keyIdOf(pk, use), key };
}

/** The first 16 bytes of SHA-256(lp(label, pk)), the label being "warmline/1 keyholder" or "warmline/1 letter key". */
export async function keyIdOf(pk: Bytes, use: KeyUse = "keyholder"): Promise<string> {
  return encode((await sha256(lp(LABELS[use], pk))).slice(0, KEY_ID_BYTES));
}

/** 20 digits in 4 groups, for two people to compare by voice. */
export async function spokenOf(pk: Bytes): Promise<string> {
  const digest = await sha256(lp(`${LABELS.keyholder} spoken`, pk));
  const whole = digest.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n) % 10n ** BigInt(GROUPS * DIGITS);
  const digits = String(whole).padStart(GROUPS * DIGITS, "0");
  return Array.from({ length: GROUPS }, (_, at) => digits.slice(at * DIGITS, (at + 1) * DIGITS)).join(" ");
}

async function wrapping(secret: Bytes, use: KeyUse): Promise<CryptoKey> {
  return hkdfAesKey(secret, new Uint8Array(), lp(`${LABELS[use]} recovery`));
}

function about(pk: Bytes, use: KeyUse): Bytes {
  return lp(`${LABELS[use]} recovery`, pk);
}
