import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Wait } from './open-work.ts';
import { openTimetable } from './timetable.ts';
import { waitNamed } from './wait.fixture.ts';

describe('the timetable', () => {
  it('gives the earliest first, whatever was set, moved and removed before', () => {
    const steps = fc.array(
      fc.oneof(
        fc.record({ kind: fc.constant('set' as const), id: fc.nat(40), at: fc.nat(50) }),
        fc.record({ kind: fc.constant('remove' as const), id: fc.nat(40) }),
        fc.record({ kind: fc.constant('pop' as const) }),
      ),
      { maxLength: 400 },
    );
    fc.assert(
      fc.property(steps, all => {
        const timetable = openTimetable();
        const waits = Array.from({ length: 41 }, (_, index) => waitNamed(String(index)));
        const model = new Map<Wait, number>();
        for (const step of all) {
          if (step.kind === 'set') {
            timetable.set(waits[step.id]!, step.at);
            model.set(waits[step.id]!, step.at);
          } else if (step.kind === 'remove') {
            timetable.remove(waits[step.id]!);
            model.delete(waits[step.id]!);
          } else {
            const first = timetable.first();
            if (first !== undefined) timetable.remove(first);
            if (first !== undefined) expect(model.get(first)).toBe(Math.min(...model.values()));
            if (first !== undefined) model.delete(first);
          }
          expect(timetable.size()).toBe(model.size);
          expect(timetable.nextMs()).toBe(Math.min(...model.values()));
        }
        for (const [wait, at] of model) expect(timetable.atMs(wait)).toBe(at);
        expect(new Set(timetable.waits())).toEqual(new Set(model.keys()));
      }),
    );
  });

  it('grows beyond its first size', () => {
    const timetable = openTimetable();
    for (let at = 5_000; at > 0; at -= 1) timetable.set(waitNamed(String(at)), at);
    expect(timetable.size()).toBe(5_000);
    expect(timetable.nextMs()).toBe(1);
  });
});
