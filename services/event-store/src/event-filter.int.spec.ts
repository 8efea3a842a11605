import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANY } from './append-request.ts';
import { createFilter, matches, type EventFilter } from './event-filter.ts';
import { APPEND, type PackedChange } from './group-wire.ts';
import { openLiveTail, type LiveTail } from './live-tail.ts';
import type { LogEvent } from './log-event.ts';
import { encodeCheckpoint } from './read-answer.ts';
import { openLogReader, type LogReader } from './read-log.ts';
import { configureWriter, prepareSchema } from './schema.ts';
import { feedAll } from './subscription-feed.ts';
import { openGroupWriter } from './write-group.ts';

/** Filtered reads of a real log, against the simplest model: read everything, then filter. */

const folder = mkdtempSync(join(tmpdir(), 'event-store-filter-'));
const file = join(folder, 'log.db');
const NAMES = ['approval', 'approvals', 'agent', 'a', 'operator', 'ops', '$system'];
const TYPES = ['Granted', 'Gone', 'Refused'];
const everything: LogEvent[] = [];
let reader: LogReader;
let tail: LiveTail;

beforeAll(() => {
  const db = new DatabaseSync(file);
  configureWriter(db, 1_000);
  prepareSchema(db);
  const writer = openGroupWriter(db, [], () => 1_700_000_000_000, randomUUID);
  const changes: PackedChange[] = Array.from({ length: 3_000 }, (_, n) => {
    const name = NAMES[(n * 7 + (n >> 3)) % NAMES.length] as string;
    const stream = n % 11 === 0 ? name : `${name}-${n % 50}`;
    const event = {
      id: Buffer.from(randomUUID().replaceAll('-', ''), 'hex'),
      type: TYPES[n % 3] as string,
      isJson: true,
      data: Buffer.from(`${n}`),
      metadata: Buffer.alloc(0),
    };
    return { kind: APPEND, stream, expected: ANY, deadlineMs: Infinity, events: [event] };
  });
  expect(writer.write(changes).failure).toBeUndefined();
  db.close();
  reader = openLogReader(file);
  tail = openLiveTail(reader.end());
  for (let from = 0; ;) {
    const page = reader.readAll(from, false, undefined);
    everything.push(...page.events);
    if (page.isEnd) break;
    from = page.reached;
  }
});
afterAll(() => {
  reader.close();
  rmSync(folder, { recursive: true });
});

const filters: fc.Arbitrary<EventFilter> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('stream' as const, 'type' as const),
      fc.array(fc.constantFrom('a', 'approval', 'approval-', 'approval-1', 'agent-', 'op', 'operator-', '$', 'G', 'Gr', 'zzz'), {
        maxLength: 3,
      }),
    )
    .map(([on, prefixes]) => createFilter(on, prefixes, '')),
  fc
    .constantFrom('^a', '-1$', '^[^$].*', 'Go', 'nothing')
    .chain(regex => fc.constantFrom('stream' as const, 'type' as const).map(on => createFilter(on, [], regex))),
);

const passes = ({ on, prefixes, regex }: EventFilter, event: LogEvent): boolean => {
  const subject = on === 'stream' ? event.stream : event.type;
  return regex === undefined ? prefixes.length === 0 || prefixes.some(prefix => subject.startsWith(prefix)) : regex.test(subject);
};

const readThrough = (from: number, backwards: boolean, filter: EventFilter): number[] => {
  const found: number[] = [];
  for (let at = from; ;) {
    const page = reader.readAll(at, backwards, filter);
    found.push(...page.events.map(event => event.position));
    if (page.isEnd) return found;
    expect(page.reached).not.toBe(at);
    at = page.reached;
  }
};

describe('a filtered read', () => {
  it('finds exactly what a walk over everything finds, both ways, from anywhere', () => {
    expect(everything).toHaveLength(3_000);
    fc.assert(
      fc.property(filters, fc.nat({ max: 2_999 }), fc.boolean(), (filter, start, backwards) => {
        const from = everything[start]?.position as number;
        const expected = everything
          .filter(event => (backwards ? event.position < from : event.position > from) && passes(filter, event))
          .map(event => event.position);
        expect(readThrough(from, backwards, filter)).toEqual(backwards ? expected.reverse() : expected);
      }),
      { numRuns: 150 },
    );
  });
});

describe('a filtered subscription', () => {
  it('ends its history at the end of the log, with a checkpoint there', () => {
    fc.assert(
      fc.property(filters, filter => {
        const feed = feedAll(tail, reader, 'start', filter, 100);
        let frames = 0;
        let step = feed.next();
        for (let steps = 0; !step.isEnd; steps++) {
          expect(steps).toBeLessThan(100);
          frames += step.frames.length;
          step = feed.next();
        }
        const matching = everything.filter(event => passes(filter, event)).length;
        expect(frames).toBeGreaterThanOrEqual(matching);
        const last = feed.checkpoint();
        expect([undefined, encodeCheckpoint(tail.end()).toString('hex')]).toContain(last?.toString('hex'));
        expect(feed.checkpoint()).toBeUndefined();
      }),
      { numRuns: 60 },
    );
  });
});

describe('a filter made to hang the server', () => {
  it('is answered in time', () => {
    const filter = createFilter('stream', [], '^(a+)+$');
    const started = performance.now();
    expect(matches(filter, `${'a'.repeat(40)}b`, 'Happened')).toBe(false);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
