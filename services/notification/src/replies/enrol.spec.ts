import { describe, expect, it } from 'vitest';
import { CODE_TRIES_MAX, decideProof } from './enrol.ts';

const NOW = '2026-11-22T12:00:00.000Z';
const enrolment = { operatorId: 'opr_ada', addressId: 'adr_1', channel: 'sms' as const, startedAt: '2026-11-22T11:55:00.000Z' };
const pending = { startedAt: enrolment.startedAt, expiresAt: '2026-11-22T12:05:00.000Z', failures: 0 };
const right = { isRight: true, address: '+14155550123', route: null };

describe('a proof of an address', () => {
  it('adds and verifies it in one append, with what sending there needs', () => {
    expect(decideProof(enrolment, { ...right, route: '{"keys":1}' }, NOW, pending)).toEqual([
      {
        type: 'ChannelAddressAdded',
        data: {
          operatorId: 'opr_ada',
          addressId: 'adr_1',
          channel: 'sms',
          at: NOW,
          private: { address: '+14155550123', route: '{"keys":1}' },
        },
      },
      { type: 'ChannelAddressVerified', data: { operatorId: 'opr_ada', addressId: 'adr_1', at: NOW } },
    ]);
  });

  it('that is wrong is on record', () => {
    expect(decideProof(enrolment, { ...right, isRight: false }, NOW, pending)).toEqual([
      { type: 'EnrolmentFailed', data: { operatorId: 'opr_ada', addressId: 'adr_1', at: NOW } },
    ]);
  });

  it.each([
    ['unknown_enrolment', null],
    ['unknown_enrolment', { ...pending, startedAt: '2026-11-22T11:58:00.000Z' }],
    ['enrolment_expired', { ...pending, expiresAt: NOW }],
    ['too_many_tries', { ...pending, failures: CODE_TRIES_MAX }],
  ])('is refused as %s, be it right or wrong', (code, known) => {
    for (const isRight of [true, false])
      expect(decideProof(enrolment, { ...right, isRight }, NOW, known)).toMatchObject({ outcome: 'refused', code });
  });
});
