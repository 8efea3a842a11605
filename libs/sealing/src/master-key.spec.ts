import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { KeyUnusable } from './key-file.ts';
import { openMasterKey, xaesSeal } from './master-key.ts';
import { openPart, sealPart } from './private-part.ts';
import { SealBroken } from './seal-broken.ts';

const dir = mkdtempSync(join(tmpdir(), 'sealing-'));
afterAll(() => rmSync(dir, { recursive: true }));
const key = (byte: number) => Buffer.alloc(32, byte).toString('base64');
const brokenCode = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof SealBroken) return error.code;
    throw error;
  }
  return 'opened';
};

describe('a sealed text', () => {
  const master = openMasterKey({ base64: key(7) });

  it('opens where it was sealed, and names the key but not the text', () => {
    const box = master.seal('Żółw 🐢 ate it', 'here');
    expect(box).toMatch(new RegExp(`^hp1\\.${master.keyId}\\.[A-Za-z0-9_-]+$`));
    expect(master.open(box, 'here')).toBe('Żółw 🐢 ate it');
  });
  it('opens after a restart with the same key', () => {
    expect(openMasterKey({ base64: key(7) }).open(master.seal('x', ''), '')).toBe('x');
  });
  it('does not open elsewhere, changed, cut or under another key', () => {
    const box = master.seal('secret text', 'here');
    const dot = box.lastIndexOf('.') + 1;
    const flipped = box.slice(0, dot + 40) + (box[dot + 40] === 'A' ? 'B' : 'A') + box.slice(dot + 41);
    expect(brokenCode(() => master.open(box, 'there'))).toBe('tampered');
    expect(brokenCode(() => master.open(flipped, 'here'))).toBe('tampered');
    expect(brokenCode(() => master.open(box.slice(0, -4), 'here'))).toBe('tampered');
    expect(brokenCode(() => master.open(box.slice(0, 20), 'here'))).toBe('not_a_box');
    expect(brokenCode(() => master.open('plain', 'here'))).toBe('not_a_box');
    expect(brokenCode(() => openMasterKey({ base64: key(8) }).open(box, 'here'))).toBe('unknown_key');
  });
  it('has a nonce that counts, behind a half of its own for each start', () => {
    const nonces = (sealed: string[]) => sealed.map(box => Buffer.from(box.split('.')[2]!, 'base64url').subarray(0, 24).toString('hex'));
    const one = openMasterKey({ base64: key(1) });
    const [first, ...others] = nonces(Array.from({ length: 300 }, () => one.seal('same', 'here')));
    expect(others.map(nonce => nonce.slice(0, 24))).toEqual(others.map(() => first!.slice(0, 24)));
    expect([first, ...others].map(nonce => Number.parseInt(nonce!.slice(24), 16))).toEqual(Array.from({ length: 300 }, (_, at) => at + 1));
    const [again] = nonces([openMasterKey({ base64: key(1) }).seal('same', 'here')]);
    expect(again!.slice(0, 24)).not.toBe(first!.slice(0, 24));
  });
  it('is never the same twice', () => {
    const boxes = new Set(Array.from({ length: 1_000 }, () => master.seal('same', 'same')));
    expect(boxes.size).toBe(1_000);
  });
  it('opens after a rotation, when the old key stands behind the new one', () => {
    const box = master.seal('old', 'x');
    const rotated = openMasterKey({ base64: `${key(9)}\n${key(7)}` });
    expect(rotated.open(box, 'x')).toBe('old');
    expect(rotated.seal('new', 'x')).toContain(`hp1.${openMasterKey({ base64: key(9) }).keyId}.`);
  });
  it('follows XAES-256-GCM: the vectors of the C2SP document', () => {
    const nonce = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWX');
    expect(xaesSeal(Buffer.alloc(32, 1), nonce, 'XAES-256-GCM', '').toString('hex')).toBe(
      'ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271',
    );
    expect(xaesSeal(Buffer.alloc(32, 3), nonce, 'XAES-256-GCM', 'c2sp.org/XAES-256-GCM').toString('hex')).toBe(
      '986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d',
    );
  });
});

describe('a key derived for a purpose', () => {
  const master = openMasterKey({ base64: key(7) });

  it('is the same after a restart, and another one for each purpose and master key', () => {
    expect(master.deriveKey('handles')).toHaveLength(32);
    expect(master.deriveKey('handles')).toEqual(openMasterKey({ base64: key(7) }).deriveKey('handles'));
    expect(master.deriveKey('handles')).not.toEqual(master.deriveKey('pages'));
    expect(master.deriveKey('handles')).not.toEqual(openMasterKey({ base64: key(8) }).deriveKey('handles'));
    expect(master.deriveKey('handles')).not.toEqual(Buffer.alloc(32, 7));
  });
  it('comes from the key that seals now, not from those that only open', () => {
    expect(openMasterKey({ base64: `${key(9)}\n${key(7)}` }).deriveKey('handles')).toEqual(
      openMasterKey({ base64: key(9) }).deriveKey('handles'),
    );
  });
});

describe('the private part of an event', () => {
  const master = openMasterKey({ base64: key(7) });
  const place = { stream: 'approval-apr_a', type: 'CommentAdded', id: 'e1' };

  it('opens in its own stream, type and event only', () => {
    const box = sealPart(master, { text: 'hello' }, place);
    expect(openPart(master, box, place)).toEqual({ text: 'hello' });
    for (const other of [{ stream: 'approval-apr_b' }, { type: 'StepApproved' }, { id: 'e2' }])
      expect(brokenCode(() => openPart(master, box, { ...place, ...other }))).toBe('tampered');
  });
});

describe('a master key file', () => {
  it('is made on the first start, for its owner only, and kept', () => {
    const file = join(dir, 'keys', 'master.key');
    const first = openMasterKey({ file });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(Buffer.from(readFileSync(file, 'utf8'), 'base64')).toHaveLength(32);
    expect(openMasterKey({ file }).keyId).toBe(first.keyId);
  });
  it('that others may read is refused with what to do', () => {
    const file = join(dir, 'open.key');
    writeFileSync(file, key(1));
    chmodSync(file, 0o644);
    expect(() => openMasterKey({ file })).toThrow(/chmod 600/);
  });
  it.each(['', 'short', Buffer.alloc(31).toString('base64'), 'hunter2 hunter2'])('with the content %j is refused and not shown', base64 => {
    expect(() => openMasterKey({ base64 })).toThrow(KeyUnusable);
    if (base64)
      expect(() => openMasterKey({ base64 })).toThrow(
        expect.objectContaining({ message: expect.not.stringContaining(base64) as string }) as Error,
      );
  });
});
