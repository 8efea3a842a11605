import { describe, expect, it } from 'vitest';
import { diskFinding, machineFindings } from './machine.ts';
import { brokerFinding, clockFinding, serviceFinding, storeFinding, type Probe } from './services.ts';

const seen = (more: Partial<NonNullable<Probe>> = {}): NonNullable<Probe> => ({
  ready: true,
  eventLog: 'ok',
  broker: { transport: 'nats', connected: true },
  clockAheadMs: 0,
  ...more,
});
const GIB = 1_073_741_824;
const disk = (freeGib: number, ofGib: number) => diskFinding('/data', { bavail: freeGib, blocks: ofGib, bsize: GIB });

describe('what the doctor says of', () => {
  it('a service that does not answer', () => {
    expect(serviceFinding('console', 'http://c', null)).toMatchObject({ state: 'bad', says: 'does not answer at http://c' });
    expect(serviceFinding('console', 'http://c', seen()).state).toBe('good');
  });

  it.each([
    ['disk_full', 'Make room'],
    ['timeout', 'too slow'],
    ['something_new', 'EVENTSTORE_CONNECTION_STRING'],
  ])('a store that takes no appends: %s', (eventLog, todo) => {
    expect(storeFinding([seen(), seen({ eventLog })])).toMatchObject({ state: 'bad', todo: expect.stringContaining(todo) });
    expect(storeFinding([seen()]).state).toBe('good');
  });

  it('a broker that is gone, seen by any of them', () => {
    const lost = seen({ broker: { transport: 'nats', connected: false } });
    expect(brokerFinding([seen(), lost])).toMatchObject({ state: 'bad', todo: expect.stringContaining('NATS_URL') });
    expect(brokerFinding([seen({ broker: { transport: 'inProcess', connected: true } })]).says).toContain('none is needed');
  });

  it.each([
    [0, 'good'],
    [5_400, 'good'],
    [6_000, 'doubtful'],
    [-6_000, 'doubtful'],
    [60_600, 'bad'],
    [-300_000, 'bad'],
    [null, 'doubtful'],
  ] as const)('a clock that is %s ms ahead', (clockAheadMs, state) => {
    expect(clockFinding('the console', seen({ clockAheadMs })).state).toBe(state);
  });

  it.each([
    [50, 100, 'good'],
    [9, 100, 'doubtful'],
    [4, 100, 'bad'],
    [1, 2, 'doubtful'],
    [0, 0, 'bad'],
  ] as const)('a disk with %s of %s GiB free', (free, of, state) => {
    expect(disk(free, of).state).toBe(state);
  });

  it('a data folder that is not on this machine: nothing', () => {
    expect(machineFindings('/there/is/no/such/folder')).toEqual([]);
  });
});
