import { createHmac, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import type { Jwks, ReceiptErrorCode } from '@holdpoint/sdk';

/** Order of the base point of ed25519 (RFC 8032 §5.1). */
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const decoded = (part: string): Record<string, unknown> => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
const signedBy = (key: KeyObject, header: object, claims: string): string => {
  const text = `${encoded(header)}.${claims}`;
  return `${text}.${sign(null, Buffer.from(text), key).toString('base64url')}`;
};
/** The same signature with its scalar written in another way, which a lenient check would take. */
const otherScalar = (signature: string): string => {
  const bytes = Buffer.from(signature, 'base64url');
  const scalar = BigInt(`0x${Buffer.from(bytes.subarray(32)).reverse().toString('hex')}`) + ORDER;
  return Buffer.concat([bytes.subarray(0, 32), Buffer.from(scalar.toString(16).padStart(64, '0'), 'hex').reverse()]).toString('base64url');
};

/** Receipts made from a true one without its key: what is forged, the text, and how it is refused. */
export const forgedReceipts = (receipt: string, jwks: Jwks): [is: string, jws: string, code: ReceiptErrorCode][] => {
  const [head = '', claims = '', signature = ''] = receipt.split('.');
  const header = decoded(head);
  const { kid, x = '' } = jwks.keys.find(key => key.kid === header['kid'])!;
  const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  const mallory = generateKeyPairSync('ed25519');
  const { x: theirs } = mallory.publicKey.export({ format: 'jwk' });
  const edited = encoded({ ...decoded(claims), approved: true, decision: 'approved', approvedActionHash: '0'.repeat(64) });
  const keyed = (secret: string | Buffer): string => {
    const text = `${encoded({ ...header, alg: 'HS256' })}.${claims}`;
    return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
  };
  return [
    ['claims that were edited', `${head}.${edited}.${signature}`, 'bad_signature'],
    ['a signature that was edited', `${head}.${claims}.${otherScalar(signature)}`, 'bad_signature'],
    ['no signature', `${head}.${claims}.`, 'malformed'],
    ['alg none', `${encoded({ ...header, alg: 'none' })}.${claims}.AA`, 'unsupported_algorithm'],
    ['alg none in another case', `${encoded({ ...header, alg: 'nOnE' })}.${claims}.${signature}`, 'unsupported_algorithm'],
    ['HS256 with the public key, as it is published', keyed(x), 'unsupported_algorithm'],
    ['HS256 with the public key, as bytes', keyed(Buffer.from(x, 'base64url')), 'unsupported_algorithm'],
    ['HS256 with the public key, as PEM', keyed(publicKey.export({ format: 'pem', type: 'spki' })), 'unsupported_algorithm'],
    ['another key under its own name', signedBy(mallory.privateKey, { ...header, kid: 'mallory' }, edited), 'unknown_key'],
    ['another key and no name', signedBy(mallory.privateKey, { ...header, kid: undefined }, edited), 'unknown_key'],
    ['another key under the name of ours', signedBy(mallory.privateKey, { ...header, kid }, edited), 'bad_signature'],
    [
      'another key that comes along in the header',
      signedBy(mallory.privateKey, { ...header, jwk: { kty: 'OKP', crv: 'Ed25519', x: theirs }, jku: 'https://mallory.test/jwks' }, edited),
      'bad_signature',
    ],
    ['an extension nobody knows', `${encoded({ ...header, crit: ['b64'], b64: false })}.${claims}.${signature}`, 'unsupported_algorithm'],
    ['something behind it', `${receipt}\n`, 'malformed'],
    ['a receipt in a receipt', `${receipt}.${signature}`, 'malformed'],
  ];
};
