import type { Bytes } from "../base64url";
import { lp } from "../lp";
import { decrypt, encrypt, hkdfAesKey, integerIn, joined, random, unlp } from "./bytes";
import { publicKeyOf, type Pair } from "./hpke";

/** A seat's own pair, and its public key as 65 bytes. */
export interface SeatKey extends Pair {
  readonly pk: Bytes;
}

/** What outlives a reload in this tab: half of a secret, and two records under the whole of it. */
export interface ResumeRecords {
  readonly t: Bytes;
  readonly key: Bytes;
  readonly head: Bytes | null;
  /** An earlier key of this tab was lost: said on the page for as long as the talk lasts. */
  readonly isNew?: true;
}

/** Where the seat stood: its epoch and H there. */
export interface Head {
  readonly epoch: number;
  readonly h: Bytes;
}

const LABEL = "warmline/1 resume";
const SHARE_BYTES = 32;
const CURVE = { name: "ECDH", namedCurve: "P-256" };

/** A new pair that no script can read, and once its bytes, for the resume record. Drop them after. */
export async function newSeatKey(): Promise<{ key: SeatKey; pkcs8: Bytes }> {
  const made = await crypto.subtle.generateKey(CURVE, true, ["deriveBits"]);
  const pkcs8 = new Uint8Array(await crypto.subtle.exportKey("pkcs8", made.privateKey));
  const pk = new Uint8Array(await crypto.subtle.exportKey("raw", made.publicKey));
  return { key: await seatKeyOf(pkcs8, pk), pkcs8 };
}

/**
 * The part of the secret that stays in the tab (`t`), and the way to the whole one. The server keeps the
 * other part (`r`) and destroys it when the seat is left; then neither part is of any use.
 */
export class Resume {
  private constructor(
    private readonly seat: number,
    private readonly t: Bytes,
    private readonly wrapping: CryptoKey,
  ) {}

  static async begin(seat: number, r: Bytes, t: Bytes = random(SHARE_BYTES)): Promise<Resume> {
    if (r.length !== SHARE_BYTES || t.length !== SHARE_BYTES) throw new RangeError("a share has 32 bytes");
    return new Resume(seat, t, await hkdfAesKey(joined(t, r), new Uint8Array(), lp(LABEL)));
  }

  /** The record of the key, written once. `pkcs8` is wiped. */
  async keep(key: SeatKey, pkcs8: Bytes): Promise<ResumeRecords> {
    const plain = lp(pkcs8, key.pk);
    const record = await encrypt(this.wrapping, this.about("key"), plain);
    plain.fill(0);
    pkcs8.fill(0);
    return { t: this.t, key: record, head: null };
  }

  /** The records with the head of a new epoch, so that a reload can't be fed another history. */
  async at(records: ResumeRecords, head: Head): Promise<ResumeRecords> {
    return { ...records, head: await encrypt(this.wrapping, this.about("head"), lp(head.epoch, head.h)) };
  }

  /** What an earlier page of this tab kept. Throws when it is not of this seat, or not whole. */
  async restore(records: ResumeRecords): Promise<{ key: SeatKey; head: Head | null }> {
    const [pkcs8, pk, ...more] = unlp(await decrypt(this.wrapping, this.about("key"), records.key));
    if (!pkcs8 || !pk || more.length) throw new RangeError("not a key record");
    const key = await seatKeyOf(pkcs8, pk);
    pkcs8.fill(0);
    return { key, head: records.head && (await this.headIn(records.head)) };
  }

  /** Words of this page that a reload must not lose, as one more record: never in the clear in the tab's storage. */
  async sealWords(words: string): Promise<Bytes> {
    return encrypt(this.wrapping, this.about("words"), new TextEncoder().encode(words));
  }

  /** Throws when they are not of this seat, or not whole. */
  async openWords(record: Bytes): Promise<string> {
    return new TextDecoder().decode(await decrypt(this.wrapping, this.about("words"), record));
  }

  private async headIn(record: Bytes): Promise<Head> {
    const [epoch, h, ...more] = unlp(await decrypt(this.wrapping, this.about("head"), record));
    if (h?.length !== 32 || more.length) throw new RangeError("not a head record");
    return { epoch: integerIn(epoch), h };
  }

  private about(record: "key" | "head" | "words"): Bytes {
    return lp(LABEL, this.seat, record);
  }
}

/** A pair from its bytes; no script can read the private key again. */
export async function seatKeyOf(pkcs8: Bytes, pk: Bytes): Promise<SeatKey> {
  const privateKey = await crypto.subtle.importKey("pkcs8", pkcs8, CURVE, false, ["deriveBits"]);
  return { privateKey, publicKey: await publicKeyOf(pk), pk };
}
