import { bytesOf } from './base64.ts';
import type { ReceiptClaims } from './decision.ts';

/** A JSON Web Key Set as `GET /.well-known/jwks.json` answers it; members beyond these are ignored. */
export type Jwks = { keys: { kty?: string; crv?: string; kid?: string; x?: string; alg?: string; use?: string }[] };

export type ReceiptErrorCode = 'malformed' | 'unsupported_algorithm' | 'unknown_key' | 'bad_signature' | 'wrong_issuer';

/** Thrown when a receipt does not prove what it says. */
export class ReceiptError extends Error {
  constructor(
    readonly code: ReceiptErrorCode,
    message: string,
  ) {
    super(message);
    this.name = 'ReceiptError';
  }
}

/** A receipt is under 2 KB; a longer text is not one. Characters. */
const RECEIPT_CHARS_MAX = 16_384;
const BASE64URL = /^[A-Za-z0-9_-]+$/;

const jsonOf = (part: string): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytesOf(part)));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // falls through to the one error every malformed receipt gets
  }
  throw new ReceiptError('malformed', 'the receipt is not a compact JWS with JSON header and claims');
};

/** A receipt taken apart: its claims count only once `signature` over `signed` is found to be one of the key `x`. */
export type UncheckedReceipt = { signed: Uint8Array<ArrayBuffer>; signature: Uint8Array<ArrayBuffer>; x: string; claims(): ReceiptClaims };

/** Takes a receipt apart and finds its key. @throws ReceiptError */
export const readReceipt = (jws: string, jwks: Jwks): UncheckedReceipt => {
  const parts = typeof jws === 'string' && jws.length <= RECEIPT_CHARS_MAX ? jws.split('.') : [];
  const [head, body, tail] = parts;
  if (parts.length !== 3 || !head || !body || !tail || !parts.every(part => BASE64URL.test(part)))
    throw new ReceiptError('malformed', 'the receipt is not a compact JWS');
  const header = jsonOf(head);
  // The algorithm is ours, never the token's choice (RFC 8725 §3.1); an extension we do not know must not be ignored.
  if (header['alg'] !== 'EdDSA' || 'crit' in header)
    throw new ReceiptError('unsupported_algorithm', 'a receipt is signed with EdDSA and has no crit header');
  const jwk = jwks.keys.find(key => key.kid === header['kid'] && key.kty === 'OKP' && key.crv === 'Ed25519' && typeof key.x === 'string');
  if (typeof header['kid'] !== 'string' || !jwk?.x)
    throw new ReceiptError(
      'unknown_key',
      'the receipt was signed by a key that is not in this key set; fetch /.well-known/jwks.json again',
    );
  const signature = bytesOf(tail);
  if (signature === undefined) throw new ReceiptError('malformed', 'the receipt is not a compact JWS');
  const claims = () => {
    const read = jsonOf(body);
    if (read['iss'] !== 'holdpoint') throw new ReceiptError('wrong_issuer', 'the token was not issued as a Holdpoint receipt');
    return read as ReceiptClaims;
  };
  return { signed: new TextEncoder().encode(`${head}.${body}`), signature, x: jwk.x, claims };
};

export const badSignature = (): ReceiptError => new ReceiptError('bad_signature', 'the receipt was changed after it was signed');
