import { describe, expect, it } from 'vitest';
import { paint, plain, wantsColours } from './paint.ts';

describe('colours', () => {
  it('are for a terminal, and for who wants them', () => {
    expect(wantsColours({}, true)).toBe(true);
    expect(wantsColours({}, false)).toBe(false);
    expect(wantsColours({}, undefined)).toBe(false);
    expect(wantsColours({ NO_COLOR: '1' }, true)).toBe(false);
    expect(wantsColours({ NO_COLOR: '' }, true)).toBe(true);
    expect(wantsColours({ TERM: 'dumb' }, true)).toBe(false);
  });

  it('stand around the text and end behind it', () => {
    expect(paint({ colours: true }, 'bad', 'x')).toBe('\u001B[31mx\u001B[39m');
    expect(paint({}, 'bad', 'x')).toBe('x');
  });
});

describe('text of an agent on a terminal', () => {
  it('is one line without anything that moves the cursor, rings, or turns the direction', () => {
    expect(plain('a\u001B[2Jb\nc\u0007\u202Ed\u009Be')).toBe('a [2Jb c d e');
    expect(plain('x'.repeat(300), 10)).toBe(`${'x'.repeat(9)}…`);
    expect(plain('\u{1F600}'.repeat(10), 5)).toBe(`${'\u{1F600}'.repeat(4)}…`);
  });
});
