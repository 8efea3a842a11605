import { streamOf, type WorkItem } from '@holdpoint/contracts';
import { EventErased, LogUnavailable } from '@holdpoint/event-log';
import { describe, expect, it } from 'vitest';
import type { Deps } from './deps.ts';
import { openDesk } from './take-work.ts';

const ID = `apr_${'a'.repeat(26)}`;
const item = {
  kind: 'event',
  id: 'e',
  stream: streamOf.approval(ID),
  type: 'ReviewStepOpened',
  revision: 2,
  metadata: { tenant: 'org_a' },
} as unknown as WorkItem;
const opened = { type: 'ReviewStepOpened', id: 'e', revision: 0, data: {}, metadata: {} };

/** What is said where the log answers like this. Nothing can be appended: there is no such function. */
const saidWhere = async (load: (stream: string) => Promise<unknown>) => {
  const said: unknown[] = [];
  const log = (level: string) => (about: object) => void said.push([level, about]);
  const deps = {
    eventLog: { load, fetchKeys: () => Promise.resolve() },
    logger: { info: log('info'), warn: log('warn'), error: log('error') },
  } as unknown as Deps;
  await openDesk(deps).take({ items: [item] } as never);
  return said;
};

describe('an alert about an approval', () => {
  it('that is erased ends quietly', async () => {
    const erased = (stream: string) => Promise.reject(new EventErased(stream, 0, 'ApprovalRequested'));
    expect(await saidWhere(erased)).toEqual([['info', { stream: item.stream }]]);
  });
  it('that is ordered to be erased does too, while it can still be read', async () => {
    const order = { type: 'ErasureOrdered', stream: item.stream, revision: 1, data: {}, metadata: {} };
    const events = (stream: string) => Promise.resolve({ events: stream === item.stream ? [opened, order] : [], revision: 1 });
    expect(await saidWhere(events)).toEqual([['info', { stream: item.stream }]]);
  });
  it('that cannot be read now is rung again', async () => {
    const error = new LogUnavailable('unreachable', 1, 'down');
    expect(await saidWhere(() => Promise.reject(error))).toEqual([['warn', { err: error, stream: item.stream, type: item.type }]]);
  });
});
