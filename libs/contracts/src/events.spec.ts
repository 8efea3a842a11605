import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EVENTS, schemaVersionOf, UPCASTS, type EventType, type Json } from './index.ts';

const FIXTURES = new URL('../fixtures/events/', import.meta.url);
const NAME = /^(?<type>[A-Za-z]+)\.v(?<version>\d+)\.json$/;

/** One stored example of every version of every event ever written. None is ever deleted: old logs stay readable for ever. */
const fixtures = readdirSync(FIXTURES).map(file => {
  const { type, version } = NAME.exec(file)!.groups!;
  return {
    file,
    type: type as EventType,
    version: Number(version),
    data: JSON.parse(readFileSync(new URL(file, FIXTURES), 'utf8')) as Record<string, Json>,
  };
});

const upcast = (type: EventType, data: Record<string, Json>, from: number) => {
  let current = data;
  for (let version = from; version < schemaVersionOf(type); version += 1) current = UPCASTS[type]![version]!(current);
  return current;
};

describe('an event of any version', () => {
  it.each(fixtures)('$file reads as its newest shape', ({ type, version, data }) => {
    const parsed = EVENTS[type].safeParse(upcast(type, data, version));
    expect(parsed.error?.issues ?? []).toEqual([]);
  });

  it.each(Object.keys(EVENTS) as EventType[])('%s has a stored example of each of its versions', type => {
    const versions = fixtures.filter(fixture => fixture.type === type).map(fixture => fixture.version);
    expect(versions.sort((a, b) => a - b)).toEqual(Array.from({ length: schemaVersionOf(type) }, (_, index) => index + 1));
  });

  it('refuses what its schema does not name', () => {
    for (const { type, data } of fixtures) expect(EVENTS[type].safeParse({ ...data, smuggled: true }).success, type).toBe(false);
  });
});
