import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { receiptClaims, type ApprovalEvent, type DecisionRecord, type TerminalData } from '@holdpoint/contracts';
import { ReceiptError, verifyReceipt } from '@holdpoint/sdk';
import { afterAll, describe, expect, it } from 'vitest';
import { approvalIdOf } from './ids.ts';
import { jwksOf, openSigningKey, receiptClaimsOf, signDecisions } from './receipts.ts';

const dir = mkdtempSync(join(tmpdir(), 'sealing-'));
afterAll(() => rmSync(dir, { recursive: true }));
const signer = openSigningKey({ file: join(dir, 'receipt.pem') });
const hash = 'a'.repeat(64);
const record: DecisionRecord = {
  version: 1,
  approvalId: approvalIdOf('org_a', 'k'),
  decision: 'approved',
  approved: true,
  final: true,
  by: { kind: 'operator', id: 'opr_a', role: 'senior' },
  channel: 'console',
  decidedAt: '2026-11-22T10:00:00.900Z',
  approvedUntil: '2026-11-22T10:15:00.900Z',
  policy: { id: 'refunds', version: 3, rule: 'aboveThreshold' },
  steps: [],
  binding: { alg: 'sha256-jcs', actionHash: hash, bindingHash: hash, approvedActionHash: hash },
  threadId: null,
  runId: null,
  toolCallId: null,
};
const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof ReceiptError) return error.code;
    throw error;
  }
  return 'verified';
};

describe('a receipt', () => {
  const claims = receiptClaimsOf(record, 'org_a');
  const jws = signer.sign(claims);
  const jwks = jwksOf([signer]);

  it('carries the decision, its action and its end as a token', () => {
    expect(receiptClaims.parse(claims)).toMatchObject({
      sub: record.approvalId,
      iat: 1795341600,
      exp: 1795342500,
      approvedActionHash: hash,
    });
  });
  it('has no end when nothing was approved', () => {
    expect(receiptClaimsOf({ ...record, decision: 'rejected', approved: false, approvedUntil: null }, 'org_a')).not.toHaveProperty('exp');
  });
  it('verifies offline against the published key set, also one with older keys', () => {
    const older = openSigningKey({ file: join(dir, 'older.pem') });
    expect(verifyReceipt(jws, jwks)).toEqual(claims);
    expect(verifyReceipt(jws, jwksOf([older, signer]))).toEqual(claims);
    expect(codeOf(() => verifyReceipt(jws, jwksOf([older])))).toBe('unknown_key');
  });
  it('does not verify with other claims, another algorithm or under a key of the same name', () => {
    const [head, , tail] = jws.split('.');
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const impostor = openSigningKey({ file: join(dir, 'impostor.pem') });
    expect(codeOf(() => verifyReceipt(`${head}.${part({ ...claims, approved: false })}.${tail}`, jwks))).toBe('bad_signature');
    expect(codeOf(() => verifyReceipt(`${part({ alg: 'none', kid: signer.kid })}.${part(claims)}.${tail}`, jwks))).toBe(
      'unsupported_algorithm',
    );
    expect(codeOf(() => verifyReceipt(`${part({ alg: 'HS256', kid: signer.kid })}.${part(claims)}.${tail}`, jwks))).toBe(
      'unsupported_algorithm',
    );
    expect(codeOf(() => verifyReceipt(jws, { keys: [{ ...impostor.jwk, kid: signer.kid }] }))).toBe('bad_signature');
  });
  it.each(['', 'a.b', 'a.b.c.d', '..', 'a.b.c', `${'x'.repeat(20_000)}.y.z`])('is not %j', text => {
    expect(codeOf(() => verifyReceipt(text, jwks))).toBe('malformed');
  });
  it('is put into terminal events and no others', () => {
    const terminal = { decision: record, receipt: '', private: { note: null } } as unknown as TerminalData;
    const comment = { type: 'CommentAdded', data: { by: record.by, at: record.decidedAt, private: { text: 'x' } } } as ApprovalEvent;
    const [first, second] = signDecisions([comment, { type: 'ApprovalGranted', data: terminal }], 'org_a', signer);
    expect(first).toBe(comment);
    expect(verifyReceipt((second!.data as TerminalData).receipt, jwks)).toEqual(claims);
  });
});

describe('a receipt key', () => {
  it('is made once, for its owner only', () => {
    const file = join(dir, 'receipt.pem');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(openSigningKey({ file }).kid).toBe(signer.kid);
  });
  it('that was replaced still verifies what it signed, as long as it stands below the new one', () => {
    const [file, old] = [join(dir, 'rotated.pem'), openSigningKey({ file: join(dir, 'old.pem') })];
    const claims = receiptClaimsOf(record, 'org_a');
    const pem = readFileSync(join(dir, 'old.pem'), 'utf8');
    const published = createPublicKey(pem).export({ format: 'pem', type: 'spki' }).toString();
    for (const below of [pem, published]) {
      writeFileSync(file, `${readFileSync(join(dir, 'receipt.pem'), 'utf8')}\n${below}`, { mode: 0o600 });
      const rotated = openSigningKey({ file });
      expect([rotated.kid, jwksOf([rotated]).keys]).toEqual([signer.kid, [signer.jwk, old.jwk]]);
      expect(verifyReceipt(old.sign(claims), jwksOf([rotated]))).toEqual(claims);
    }
    expect(codeOf(() => verifyReceipt(old.sign(claims), jwksOf([signer])))).toBe('unknown_key');
  });
  it('of another kind is refused', () => {
    const file = join(dir, 'broken.pem');
    writeFileSync(file, 'no key', { mode: 0o600 });
    expect(() => openSigningKey({ file })).toThrow(/not an ed25519 private key/);
    // A public key alone cannot sign, and nothing else may stand below.
    const published = createPublicKey(readFileSync(join(dir, 'receipt.pem'))).export({ format: 'pem', type: 'spki' });
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'pem', type: 'spki' });
    for (const text of [published, `${readFileSync(join(dir, 'receipt.pem'), 'utf8')}\n${rsa}`]) {
      writeFileSync(file, text, { mode: 0o600 });
      expect(() => openSigningKey({ file })).toThrow(/not an ed25519 private key/);
    }
  });
});
