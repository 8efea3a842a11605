import { SCHEMA_VERSIONS, UPCASTS, type EventMetadata, type WorkItem } from '@holdpoint/contracts';
import { openMasterKey } from '@holdpoint/sealing';
import { afterEach, describe, expect, it } from 'vitest';
import type { LoggedEvent } from './log-types.ts';
import { eventOpener } from './open-event.ts';
import { proposeEvents } from './propose-events.ts';
import { recentEvents, type RecentEvents } from './recent-events.ts';

const masterKey = openMasterKey({ base64: Buffer.alloc(32, 7).toString('base64') });
const recent = recentEvents();
const noKeys = { at: () => undefined };
const open = eventOpener(masterKey, noKeys, recent);
const at = '2026-11-22T10:00:00.000Z';
const metadata: EventMetadata = { tenant: 'org_a', actor: 'operator:a', schemaVersion: 1, recordedAt: at };
const item = (data: unknown, more: Partial<WorkItem> = {}): WorkItem => ({
  kind: 'event',
  stream: 'operator-a',
  revision: 4,
  id: '00000000-0000-5000-8000-000000000000',
  type: 'RoleGranted',
  data,
  metadata,
  fresh: true,
  ...more,
});

describe('an event that came with a message', () => {
  it('is opened like one from the log, without a position', async () => {
    const options = { expectedRevision: 'none', commandId: 'command-1', tenant: 'org_a', actor: 'operator:a', recordedAt: at } as const;
    const event = { type: 'CommentAdded', data: { by: { kind: 'operator', id: 'a' }, at, private: { text: 'hm' } } } as const;
    const [proposed] = await proposeEvents('approval-apr_a', [event], options, masterKey, recentEvents());
    const stored = JSON.parse(proposed!.data) as unknown;
    const opened = open(item(stored, { stream: 'approval-apr_a', type: 'CommentAdded', id: proposed!.id }));
    expect(opened).toMatchObject(event);
    expect(opened).not.toHaveProperty('position');
    expect(stored).toMatchObject({ private: expect.stringMatching(/^hp1\./) as string });
  });
  it('without data has to be loaded', () => {
    expect(() => open(item(undefined))).toThrow(/load it from its stream/);
  });
});

describe('an event that the log has delivered to this process', () => {
  const by = { expectedRevision: 'none', commandId: 'command-2', tenant: 'org_a', actor: 'operator:a', recordedAt: at } as const;
  const comment = { type: 'CommentAdded', data: { by: { kind: 'operator', id: 'a' }, at, private: { text: 'true' } } } as const;
  const stored = async (seen: RecentEvents): Promise<LoggedEvent> => {
    const [proposed] = await proposeEvents('approval-apr_b', [comment], by, masterKey, seen);
    const { id, type, data } = proposed!;
    return { stream: 'approval-apr_b', revision: 0, id, type, data: JSON.parse(data), metadata, position: '9', createdMs: 0 };
  };

  it('is opened once for all its readers', async () => {
    const event = await stored(recentEvents());
    recent.delivered(event, Buffer.from('bytes'));
    expect(open(event)).toMatchObject({ ...comment, position: '9' });
    expect(open({ ...event }).data).toBe(open(event).data);
  });
  it('is what the log says, whatever a message says under its id', async () => {
    const event = await stored(recentEvents());
    recent.delivered(event, Buffer.from('bytes'));
    const forged = item({ ...(event.data as object), at: '1999-01-01T00:00:00.000Z' }, { ...event, kind: 'event' });
    expect(open(forged).data).toMatchObject({ at });
    expect(() => open({ ...event, stream: 'approval-apr_c' })).toThrow(/belongs to another place/);
  });
  it('that this process sealed needs no key, unless its box is another one', async () => {
    const own = recentEvents();
    const sealedHere = await stored(own);
    const withoutKey = eventOpener(openMasterKey({ base64: Buffer.alloc(32, 8).toString('base64') }), noKeys, own);
    expect(withoutKey(sealedHere)).toMatchObject(comment);
    const other = await stored(recentEvents());
    expect(() => withoutKey(other)).toThrow(/sealed by master key/);
  });
});

describe('an event written in an older version', () => {
  afterEach(() => {
    delete SCHEMA_VERSIONS.RoleGranted;
    delete UPCASTS.RoleGranted;
  });
  it('climbs to the newest shape step by step, and what was stored stays as it is', () => {
    SCHEMA_VERSIONS.RoleGranted = 3;
    UPCASTS.RoleGranted = {
      1: ({ who, ...rest }) => ({ ...rest, operatorId: who! }),
      2: ({ grade, ...rest }) => ({ ...rest, role: grade === 1 ? 'senior' : 'operator' }),
    };
    const stored = { who: 'a', grade: 1, at };
    expect(open(item(stored)).data).toEqual({ operatorId: 'a', role: 'senior', at });
    expect(stored).toEqual({ who: 'a', grade: 1, at });
    const second = item({ operatorId: 'a', grade: 2, at }, { metadata: { ...metadata, schemaVersion: 2 } });
    expect(open(second).data).toMatchObject({ role: 'operator' });
  });
  it('is unreadable when a step is missing', () => {
    SCHEMA_VERSIONS.RoleGranted = 2;
    expect(() => open(item({ operatorId: 'a', role: 'owner', at }))).toThrow(/no upcast from version 1/);
  });
});
