import { createSecretKey } from 'node:crypto';
import type { Event } from '@holdpoint/contracts';
import type { LoggedEvent, SubscribeOptions } from '@holdpoint/event-log';
import { describe, expect, it } from 'vitest';
import { codeHashOf } from './handles.ts';
import { foldCodes, openCodes } from './reply-codes.ts';

const key = createSecretKey(Buffer.alloc(32, 7));
const approvalId = 'apr_tkc3weq2dzpsdbjxght3mgnitq';
const otherId = 'apr_aaaaaaaaaaaaaaaaaaaaaaaaaa';
const sent = (hash: string, more: object = {}): [string, Event] => [
  `notification-${approvalId}`,
  {
    type: 'NotificationSent',
    data: {
      approvalId,
      attemptId: 'ntf_1',
      operatorId: 'opr_ada',
      stepIndex: 0,
      level: 0,
      channel: 'sms',
      at: '2026-11-22T12:00:00.000Z',
      providerMessageId: 'SM1',
      shownRevision: 2,
      handles: [
        { verb: 'approve', hash },
        { verb: 'reject', hash },
      ],
      private: { address: '+15005550006' },
      ...more,
    },
  },
];
const ended = (id: string): [string, Event] => [`approval-${id}`, { type: 'ApprovalRejected' } as Event];
const hash = 'a'.repeat(64);

describe('open codes', () => {
  it('are those of messages about requests that still wait', () => {
    const codes = foldCodes();
    codes.take(...sent(hash));
    expect(codes.of('opr_ada', hash)).toEqual([{ approvalId, attemptId: 'ntf_1' }]);
    expect(codes.of('opr_bo', hash)).toEqual([]);
    codes.take(...ended(approvalId));
    expect(codes.of('opr_ada', hash)).toEqual([]);
    expect(codes.size()).toBe(0);
  });

  it('are not opened by a message that is recorded after the end', () => {
    const codes = foldCodes();
    codes.take(...ended(approvalId));
    codes.take(...sent(hash));
    expect(codes.of('opr_ada', hash)).toEqual([]);
  });

  it('may by chance stand for two things, and then stand for both', () => {
    const codes = foldCodes();
    codes.take(...sent(hash));
    codes.take(...sent(hash, { approvalId: otherId, attemptId: 'ntf_2' }));
    expect(codes.of('opr_ada', hash)).toHaveLength(2);
    codes.take(...ended(approvalId));
    expect(codes.of('opr_ada', hash)).toEqual([{ approvalId: otherId, attemptId: 'ntf_2' }]);
  });
});

describe('the index of open codes', () => {
  const opened = () => {
    let follow: SubscribeOptions | undefined;
    const codes = openCodes({
      eventLog: {
        subscribe: options => {
          follow = options;
          return { position: () => 'start', close: () => Promise.resolve() };
        },
      },
      key,
      logger: { info: () => undefined },
    });
    const take = (...events: [string, Event][]) =>
      follow?.onEvents(events.map(([stream, event]) => ({ stream, ...event }) as unknown as LoggedEvent));
    return { codes, take, caughtUp: () => follow?.onCaughtUp?.(), isReading: () => follow !== undefined };
  };

  it('reads nothing before a code is needed, and answers when it has read all', async () => {
    const { codes, take, caughtUp, isReading } = opened();
    expect(isReading()).toBe(false);
    const own = codeHashOf(key, 'opr_ada', 'K7P2M');
    expect(codes.isTaken('opr_ada', own)).toBe(false);
    expect(isReading()).toBe(true);
    const found = codes.find('opr_ada', 'k7p2m');
    await take(sent(own));
    await caughtUp();
    expect(await found).toEqual([{ approvalId, attemptId: 'ntf_1' }]);
    expect(codes.isTaken('opr_ada', own)).toBe(true);
    expect(codes.isTaken('opr_bo', own)).toBe(false);
  });
});
