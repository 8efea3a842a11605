import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DATA_KEY_BYTES, dataKeyIdOf, dataKeyOf } from './data-key.ts';
import { openMasterKey } from './master-key.ts';
import { SealBroken } from './seal-broken.ts';

const bytes = randomBytes(DATA_KEY_BYTES);
const key = dataKeyOf(bytes, 'dk_a.7');
const refusal = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof SealBroken) return error.code;
    throw error;
  }
  return 'opened';
};

describe('a text sealed by a data key', () => {
  it('opens where it was sealed, under a key of the same bytes, and names the key but not the text', () => {
    const box = key.seal('Żółw 🐢 ate it', 'here');
    expect(box).toMatch(/^hp2\.dk_a\.7\.[\w-]+$/);
    expect(dataKeyIdOf(box)).toBe('dk_a.7');
    expect(dataKeyOf(Buffer.from(bytes), 'dk_a.7').open(box, 'here')).toBe('Żółw 🐢 ate it');
  });
  it('does not open elsewhere, changed, cut, or under another key', () => {
    const box = key.seal('secret text', 'here');
    const at = box.lastIndexOf('.') + 24;
    const flipped = box.slice(0, at) + (box[at] === 'A' ? 'B' : 'A') + box.slice(at + 1);
    expect(refusal(() => key.open(box, 'there'))).toBe('tampered');
    expect(refusal(() => key.open(flipped, 'here'))).toBe('tampered');
    expect(refusal(() => key.open(box.slice(0, -4), 'here'))).toBe('tampered');
    expect(refusal(() => key.open(box.slice(0, 20), 'here'))).toBe('not_a_box');
    expect(refusal(() => dataKeyOf(bytes, 'dk_a.8').open(box, 'here'))).toBe('not_a_box');
    expect(refusal(() => dataKeyOf(randomBytes(DATA_KEY_BYTES), 'dk_a.7').open(box, 'here'))).toBe('tampered');
  });
  it('never has the nonce of another one, over the pages they are taken from', () => {
    const nonces = Array.from({ length: 2_000 }, () =>
      Buffer.from(key.seal('same', 'here').split('.')[3]!, 'base64url').toString('hex', 0, 12),
    );
    expect(new Set(nonces).size).toBe(nonces.length);
  });
  it('is told from one of the master key', () => {
    const master = openMasterKey({ base64: Buffer.alloc(32, 7).toString('base64') });
    expect(dataKeyIdOf(master.seal('x', ''))).toBeNull();
    expect(refusal(() => master.open(key.seal('x', ''), ''))).toBe('not_a_box');
  });
});
