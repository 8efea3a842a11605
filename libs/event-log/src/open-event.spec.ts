import { SCHEMA_VERSIONS, UPCASTS, type EventMetadata, type WorkItem } from '@holdpoint/contracts';
import { openMasterKey } from '@holdpoint/sealing';
import { afterEach, describe, expect, it } from 'vitest';
import { eventOpener } from './open-event.ts';
import { proposeEvents } from './propose-events.ts';

const masterKey = openMasterKey({ base64: Buffer.alloc(32, 7).toString('base64') });
const open = eventOpener(masterKey);
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
  it('is opened like one from the log, without a position', () => {
    const options = { expectedRevision: 'none', commandId: 'command-1', tenant: 'org_a', actor: 'operator:a', recordedAt: at } as const;
    const event = { type: 'CommentAdded', data: { by: { kind: 'operator', id: 'a' }, at, private: { text: 'hm' } } } as const;
    const [proposed] = proposeEvents('approval-apr_a', [event], options, masterKey);
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
