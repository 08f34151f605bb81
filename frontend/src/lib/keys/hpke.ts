import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from "@hpke/core";
import type { Bytes } from "../base64url";
import { joined } from "./bytes";

/** Version 1 is this one suite; nothing is negotiated. P-256 because old phones have no X25519. */
const SUITE = new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
const ENC_BYTES = 65;

/**
 * A pair for HPKE. Always handed over whole: with the private key alone opening fails half the time,
 * because the public one can't be computed from a key that can't be exported.
 */
export interface Pair {
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}

/** Sealed to one key by another (HPKE Auth mode): encapsulated key ‖ ciphertext. */
export async function sealTo(to: CryptoKey, from: Pair, info: Bytes, plain: Bytes): Promise<Bytes> {
  const context = await SUITE.createSenderContext({ recipientPublicKey: to, senderKey: from, info });
  return joined(new Uint8Array(context.enc), new Uint8Array(await context.seal(plain)));
}

/** What `from` sealed to this pair. Throws when anything differs: key, sender, info, one bit. */
export async function openFrom(from: CryptoKey, to: Pair, info: Bytes, sealed: Bytes): Promise<Bytes> {
  if (sealed.length <= ENC_BYTES) throw new RangeError("too short");
  const enc = sealed.slice(0, ENC_BYTES);
  const context = await SUITE.createRecipientContext({ recipientKey: to, senderPublicKey: from, enc, info });
  return new Uint8Array(await context.open(sealed.slice(ENC_BYTES)));
}

/** Sealed to one key by nobody in particular (HPKE Base mode): encapsulated key ‖ ciphertext, 81 bytes more. */
export async function sealFor(to: CryptoKey, info: Bytes, plain: Bytes): Promise<Bytes> {
  const context = await SUITE.createSenderContext({ recipientPublicKey: to, info });
  return joined(new Uint8Array(context.enc), new Uint8Array(await context.seal(plain)));
}

/** What was sealed for this pair. Throws when anything differs: key, info, one bit. */
export async function openOwn(to: Pair, info: Bytes, sealed: Bytes): Promise<Bytes> {
  if (sealed.length <= ENC_BYTES) throw new RangeError("too short");
  const context = await SUITE.createRecipientContext({ recipientKey: to, enc: sealed.slice(0, ENC_BYTES), info });
  return new Uint8Array(await context.open(sealed.slice(ENC_BYTES)));
}

/** A public key from its 65 bytes (uncompressed point). Throws when they are no point of the curve. */
export async function publicKeyOf(raw: Bytes): Promise<CryptoKey> {
  if (raw.length !== ENC_BYTES) throw new RangeError("a public key has 65 bytes");
  return crypto.subtle.importKey("raw", raw, { name: "ECDH", namedCurve: "P-256" }, true, []);
}
