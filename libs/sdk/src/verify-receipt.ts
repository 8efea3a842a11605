import { createPublicKey, verify } from 'node:crypto';
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
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // falls through to the one error every malformed receipt gets
  }
  throw new ReceiptError('malformed', 'the receipt is not a compact JWS with JSON header and claims');
};

/**
 * Checks a receipt offline: a compact JWS (RFC 7515) signed with ed25519 (`EdDSA`, RFC 8037) by a key of the set.
 * It proves who decided what; whether it is still valid for a call is for `assertApproved`.
 * @param jws the receipt, `<header>.<claims>.<signature>`
 * @param jwks the instance's key set, fetched once and kept
 * @returns the signed claims
 * @throws ReceiptError
 */
export const verifyReceipt = (jws: string, jwks: Jwks): ReceiptClaims => {
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
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: jwk.x }, format: 'jwk' });
  if (!verify(null, Buffer.from(`${head}.${body}`), key, Buffer.from(tail, 'base64url')))
    throw new ReceiptError('bad_signature', 'the receipt was changed after it was signed');
  const claims = jsonOf(body);
  if (claims['iss'] !== 'holdpoint') throw new ReceiptError('wrong_issuer', 'the token was not issued as a Holdpoint receipt');
  return claims as ReceiptClaims;
};
