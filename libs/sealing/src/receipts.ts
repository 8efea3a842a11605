import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { isTerminal, type ApprovalEvent, type DecisionRecord, type ReceiptClaims, type TerminalData } from '@holdpoint/contracts';
import { canonicalJson } from '@holdpoint/sdk';
import { derivedId } from './ids.ts';
import { KeyUnusable, readOrCreateKeyFile } from './key-file.ts';

/** Public half of a receipt key, as in RFC 8037. */
export type ReceiptJwk = { kty: 'OKP'; crv: 'Ed25519'; x: string; kid: string; use: 'sig'; alg: 'EdDSA' };

export type ReceiptSigner = {
  kid: string;
  jwk: ReceiptJwk;
  /** Keys that signed before this one: their receipts still verify. */
  retired: ReceiptJwk[];
  /** @returns compact JWS (RFC 7515), EdDSA */
  sign(claims: ReceiptClaims): string;
};

const newKeyPem = (): string => generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();

/**
 * Opens the key that signs receipts, an ed25519 key in PEM; created (mode 0600) when absent. Keys below it in the file, private or public,
 * are those that signed before.
 * @throws KeyUnusable
 */
export const openSigningKey = ({ file }: { file: string }): ReceiptSigner => {
  const [pem = '', ...older] = readOrCreateKeyFile(file, newKeyPem).match(PEM) ?? [];
  const key = ed25519In(pem, createPrivateKey, file);
  const jwk = jwkOf(createPublicKey(key));
  const header = Buffer.from(JSON.stringify({ alg: 'EdDSA', typ: 'holdpoint-receipt+jwt', kid: jwk.kid })).toString('base64url');
  return {
    kid: jwk.kid,
    jwk,
    retired: older.map(text => jwkOf(ed25519In(text, createPublicKey, file))),
    sign: claims => {
      const signed = `${header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
      return `${signed}.${sign(null, Buffer.from(signed), key).toString('base64url')}`;
    },
  };
};

const PEM = /-----BEGIN ([A-Z ]+)-----[\s\S]*?-----END \1-----/g;

const jwkOf = (publicKey: KeyObject): ReceiptJwk => {
  const { x } = publicKey.export({ format: 'jwk' }) as { x: string };
  // Key id = JWK thumbprint (RFC 7638): whoever has the public key can compute it.
  const kid = createHash('sha256')
    .update(canonicalJson({ crv: 'Ed25519', kty: 'OKP', x }))
    .digest('base64url');
  return { kty: 'OKP', crv: 'Ed25519', x, kid, use: 'sig', alg: 'EdDSA' };
};

const ed25519In = (pem: string, read: (pem: string) => KeyObject, file: string): KeyObject => {
  try {
    const key = read(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // the same answer for what is no key and what is another kind of key
  }
  throw new KeyUnusable(
    `${file} is not an ed25519 private key in PEM, or holds something else below it; move it away and a new one is made`,
  );
};

/** JSON Web Key Set of receipt keys: those that sign now, and the older ones whose receipts must still verify. */
export const jwksOf = (keys: { jwk: ReceiptJwk; retired: ReceiptJwk[] }[]): { keys: ReceiptJwk[] } => ({
  keys: keys.flatMap(({ jwk, retired }) => [jwk, ...retired]),
});

const secondsOf = (instant: string): number => Math.floor(Date.parse(instant) / 1000);

/** What a receipt of this decision says. An approval that cannot be spent any more has expired as a token too (`exp`). */
export const receiptClaimsOf = (record: DecisionRecord, tenant: string): ReceiptClaims => ({
  iss: 'holdpoint',
  sub: record.approvalId,
  jti: derivedId('rcp', tenant, record.approvalId, record.decision),
  iat: secondsOf(record.decidedAt),
  ...(record.approvedUntil !== null && { exp: secondsOf(record.approvedUntil) }),
  tenant,
  decision: record.decision,
  approved: record.approved,
  actionHash: record.binding.actionHash,
  bindingHash: record.binding.bindingHash,
  approvedActionHash: record.binding.approvedActionHash,
  by: record.by,
  policy: record.policy,
});

/** Fills `receipt` in the terminal events among `events`; the others stay as they are. */
export const signDecisions = (events: ApprovalEvent[], tenant: string, signer: Pick<ReceiptSigner, 'sign'>): ApprovalEvent[] =>
  events.map(event => {
    if (!isTerminal(event.type)) return event;
    const data = event.data as TerminalData;
    return { type: event.type, data: { ...data, receipt: signer.sign(receiptClaimsOf(data.decision, tenant)) } } as ApprovalEvent;
  });
