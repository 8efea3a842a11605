import { createPublicKey, verify } from 'node:crypto';
import type { ReceiptClaims } from './decision.ts';
import { badSignature, readReceipt, type Jwks } from './read-receipt.ts';

/**
 * Checks a receipt offline: a compact JWS (RFC 7515) signed with ed25519 (`EdDSA`, RFC 8037) by a key of the set.
 * It proves who decided what; whether it is still valid for a call is for `assertApproved`.
 * @param jws the receipt, `<header>.<claims>.<signature>`
 * @param jwks the instance's key set, fetched once and kept
 * @returns the signed claims
 * @throws ReceiptError
 */
export const verifyReceipt = (jws: string, jwks: Jwks): ReceiptClaims => {
  const { signed, signature, x, claims } = readReceipt(jws, jwks);
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  if (!verify(null, signed, key, signature)) throw badSignature();
  return claims();
};
