import { createSecretKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  CODE_ALPHABET,
  codeHashOf,
  enrolmentTokenOf,
  handleOf,
  hashOf,
  PAGE_WINDOW_MS,
  pageNonceOf,
  parseEnrolmentToken,
  parseHandle,
  replyCodeOf,
  verificationCodeOf,
  type Binding,
} from './handles.ts';

const key = createSecretKey(Buffer.alloc(32, 7));
const binding: Binding = {
  approvalId: 'apr_tkc3weq2dzpsdbjxght3mgnitq',
  attemptId: 'ntf_2qzukk3v6wyg6ww5ahxrknmk7a',
  operatorId: 'opr_ada',
  verb: 'approve',
  stepIndex: 0,
  shownRevision: 2,
};
const others: Partial<Binding>[] = [
  { approvalId: 'apr_aaaaaaaaaaaaaaaaaaaaaaaaaa' },
  { attemptId: 'ntf_aaaaaaaaaaaaaaaaaaaaaaaaaa' },
  { operatorId: 'opr_bo' },
  { verb: 'reject' },
  { stepIndex: 1 },
  { shownRevision: 3 },
];

describe('a handle', () => {
  it('is short enough for every channel, names its approval, and is the same whenever the message is sent', () => {
    const handle = handleOf(key, binding);
    expect(handle).toMatch(/^hp1tkc3weq2dzpsdbjxght3mgnitq[a-z2-7]{26}$/);
    expect(handleOf(key, { ...binding })).toBe(handle);
    expect(parseHandle(handle)).toEqual({ approvalId: binding.approvalId, hash: hashOf(handle) });
  });

  it.each(others)('is another one for %j', other => {
    expect(handleOf(key, { ...binding, ...other }).slice(29)).not.toBe(handleOf(key, binding).slice(29));
  });

  it('is another one under another key', () => {
    expect(handleOf(createSecretKey(Buffer.alloc(32, 8)), binding)).not.toBe(handleOf(key, binding));
  });

  it.each([
    '',
    'hp1',
    'approve',
    `${handleOf(key, binding)}a`,
    handleOf(key, binding).toUpperCase(),
    ` ${handleOf(key, binding)}`,
    `hp2${'a'.repeat(52)}`,
  ])('is not %j', text => {
    expect(parseHandle(text)).toBeNull();
  });
});

describe('a reply code', () => {
  const codes = Array.from({ length: 2_000 }, (_, counter) => replyCodeOf(key, binding, counter));

  it('has five characters that are not taken for another', () => {
    expect(CODE_ALPHABET).toHaveLength(31);
    expect(new Set(CODE_ALPHABET).size).toBe(31);
    expect(CODE_ALPHABET).not.toMatch(/[01OIL]/);
    for (const code of codes) expect(code).toMatch(new RegExp(`^[${CODE_ALPHABET}]{5}$`));
  });

  it('is the same for both verbs and whenever the message is sent, and another one by its counter', () => {
    expect(replyCodeOf(key, { ...binding }, 0)).toBe(codes[0]);
    expect(new Set(codes).size).toBeGreaterThan(1_995);
  });

  it('is kept as a keyed hash of its person, whatever its case', () => {
    expect(codeHashOf(key, 'opr_ada', 'k7p2m')).toBe(codeHashOf(key, 'opr_ada', 'K7P2M'));
    expect(codeHashOf(key, 'opr_bo', 'K7P2M')).not.toBe(codeHashOf(key, 'opr_ada', 'K7P2M'));
    expect(codeHashOf(createSecretKey(Buffer.alloc(32, 8)), 'opr_ada', 'K7P2M')).not.toBe(codeHashOf(key, 'opr_ada', 'K7P2M'));
    expect(codeHashOf(key, 'opr_ada', 'K7P2M')).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('an enrolment', () => {
  const enrolment = { operatorId: 'opr_ada', addressId: `adr_${'b'.repeat(26)}`, startedAt: '2026-11-22T12:00:00.000Z' };
  const later = { ...enrolment, startedAt: '2026-11-22T12:10:00.000Z' };

  it('has a code of six digits, another one each time', () => {
    expect(verificationCodeOf(key, enrolment)).toMatch(/^\d{6}$/);
    expect(verificationCodeOf(key, later)).not.toBe(verificationCodeOf(key, enrolment));
  });

  it('has a token that names its address and fits into a Telegram start parameter', () => {
    const token = enrolmentTokenOf(key, enrolment);
    expect(token).toMatch(/^b{26}[a-z2-7]{26}$/);
    expect(parseEnrolmentToken(token)).toEqual({ addressId: enrolment.addressId });
    expect(enrolmentTokenOf(key, later)).not.toBe(token);
    expect(parseEnrolmentToken('start')).toBeNull();
  });
});

describe('the nonce of a page', () => {
  it('belongs to the page and its time', () => {
    const nonce = pageNonceOf(key, 'a', 0);
    expect(pageNonceOf(key, 'a', PAGE_WINDOW_MS - 1)).toBe(nonce);
    expect(pageNonceOf(key, 'a', PAGE_WINDOW_MS)).not.toBe(nonce);
    expect(pageNonceOf(key, 'b', 0)).not.toBe(nonce);
  });
});
