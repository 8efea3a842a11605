import { randomBytes } from 'node:crypto';
import { openMasterKey } from '@holdpoint/sealing';
import { describe, expect, it } from 'vitest';
import { openWire, type Place, whyUnopened } from './sealed-wire.ts';

const aKey = () => openMasterKey({ base64: randomBytes(32).toString('base64') });
const wire = openWire(aKey());
const SAID = { items: [{ id: 'évt', note: 'refund $245' }] };
const json = JSON.stringify(SAID);
const question: Place = { kind: 'question', subject: 'hp.cmd.decision.approve' };
const asked = wire.seal(json, question);
const PLACES: [string, Place][] = [
  ['work', { kind: 'work', subject: 'hp.work.routing' }],
  ['work for another worker', { kind: 'work', subject: 'hp.work.callback' }],
  ['a live message', { kind: 'live', subject: 'hp.live.org_a' }],
  ['a question', question],
  ['another question', { kind: 'question', subject: 'hp.cmd.decision.reject' }],
  ['an answer', { kind: 'answer', subject: question.subject, to: asked }],
  ['an answer to the same question asked again', { kind: 'answer', subject: question.subject, to: wire.seal(json, question) }],
];
const refusal = (act: () => unknown): string | null => {
  try {
    act();
    return null;
  } catch (error) {
    return whyUnopened(error);
  }
};

describe('what crosses the broker', () => {
  it.each(PLACES)('opens as %s, and nowhere else', (_name, place) => {
    const text = wire.seal(json, place);
    expect(text).toMatch(/^[\x21-\x7e]+$/);
    expect(text).not.toContain('245');
    expect(wire.open(text, place)).toEqual(SAID);
    for (const [, other] of PLACES) if (other !== place) expect(refusal(() => wire.open(text, other))).toMatch(/tampered/);
  });

  it.each(['', 'null', json, 'hp1.0.0', asked.slice(0, -1), `${asked}A`, asked.replace(/.$/, last => (last === 'A' ? 'Q' : 'A'))])(
    'does not open when it is %j',
    text => {
      expect(refusal(() => wire.open(text, question))).toMatch(/same master key/);
    },
  );

  it('does not open with another key, and tells what to do', () => {
    expect(refusal(() => openWire(aKey()).open(asked, question))).toMatch(/unknown_key.*same master key and version/);
  });

  it('explains no other error', () => {
    expect(whyUnopened(new Error('of another kind'))).toBeNull();
  });
});
