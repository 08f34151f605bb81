import { decode, encode } from "./base64url";

/** As the server writes it: bytes are base64url (WebAuthn level 3, section 5.1.8). */
export interface Creation {
  readonly publicKey: Omit<PublicKeyCredentialCreationOptions, "challenge" | "user" | "excludeCredentials"> & {
    readonly challenge: string;
    readonly user: { readonly id: string; readonly name: string; readonly displayName: string };
    readonly excludeCredentials?: readonly Named[] | null;
  };
}

export interface Request {
  readonly publicKey: Omit<PublicKeyCredentialRequestOptions, "challenge" | "allowCredentials"> & {
    readonly challenge: string;
    readonly allowCredentials?: readonly Named[] | null;
  };
}

interface Named {
  readonly id: string;
  readonly type: "public-key";
  readonly transports?: AuthenticatorTransport[] | null;
}

export function creationFrom({ publicKey }: Creation): CredentialCreationOptions {
  const { challenge, user, excludeCredentials, ...rest } = publicKey;
  return {
    publicKey: {
      ...rest,
      challenge: decode(challenge),
      user: { ...user, id: decode(user.id) },
      excludeCredentials: (excludeCredentials ?? []).map(named),
    },
  };
}

export function requestFrom({ publicKey }: Request): CredentialRequestOptions {
  const { challenge, allowCredentials, ...rest } = publicKey;
  return {
    publicKey: { ...rest, challenge: decode(challenge), allowCredentials: (allowCredentials ?? []).map(named) },
  };
}

/** A credential as JSON. */
export function plain(credential: PublicKeyCredential): Record<string, unknown> {
  const { response } = credential;
  const said: Record<string, string> = { clientDataJSON: text(response.clientDataJSON) };
  if (response instanceof AuthenticatorAttestationResponse) {
    said.attestationObject = text(response.attestationObject);
  } else if (response instanceof AuthenticatorAssertionResponse) {
    said.authenticatorData = text(response.authenticatorData);
    said.signature = text(response.signature);
    if (response.userHandle) said.userHandle = text(response.userHandle);
  }
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response: said,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

function named({ id, type }: Named): PublicKeyCredentialDescriptor {
  return { id: decode(id), type };
}

function text(bytes: ArrayBuffer): string {
  return encode(new Uint8Array(bytes));
}
