import { describe, expect, it } from 'vitest';
import { durationText, inGroups, openProgressBar, progressLine } from './progress-bar.ts';

describe('progress', () => {
  it('names share, rate and the time that is left', () => {
    expect(progressLine({ share: 0.25, count: 500_000, seconds: 20, what: 'events' })).toBe(
      '[######                  ] 25.0 %  25 000 events/s  1 min 0 s left',
    );
    expect(progressLine({ share: 1.2, count: 10, seconds: 1, what: 'events' })).toContain('100.0 %');
  });

  it('is drawn over itself on a terminal, and is a line now and then elsewhere', () => {
    const drawn: string[] = [];
    const said: string[] = [];
    const clock = { ms: 0 };
    const io = { out: () => undefined, err: (line: string) => void said.push(line), env: {} };
    const bar = openProgressBar({ ...io, overwrite: text => void drawn.push(text) }, 'events', () => clock.ms);
    const lines = openProgressBar(io, 'events', () => clock.ms);
    for (clock.ms = 100; clock.ms <= 20_000; clock.ms += 100) {
      bar.at(clock.ms / 20_000, clock.ms);
      lines.at(clock.ms / 20_000, clock.ms);
    }
    bar.end();
    lines.end();
    expect(drawn).toHaveLength(101);
    expect(drawn.at(-1)).toBe('');
    expect(said).toHaveLength(2);
  });

  it('writes numbers and times for people', () => {
    expect([inGroups(1_234_567), durationText(59), durationText(61), durationText(3_700)]).toEqual([
      '1 234 567',
      '59 s',
      '1 min 1 s',
      '1 h 1 min',
    ]);
  });
});
