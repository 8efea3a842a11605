import { describe, expect, it } from 'vitest';
import { addressRanges, wordsOf } from './settings.ts';

describe('a list of address ranges', () => {
  it('is read with or without spaces, and is empty by default', () => {
    expect(addressRanges().parse('10.0.0.0/8, ::1/128 ,192.168.1.7')).toEqual(['10.0.0.0/8', '::1/128', '192.168.1.7']);
    expect(addressRanges().parse(undefined)).toEqual([]);
    expect(addressRanges().parse(' , ')).toEqual([]);
  });
  it.each(['10.0.0.0/33', 'localhost', '10.0.0.0/8;::1/128', '10.0.0/8', '::1/129'])('is refused when it says %s', text => {
    expect(addressRanges().safeParse(text).error?.issues[0]?.message).toContain('must be ranges such as 10.0.0.0/8');
  });
});

describe('words separated by commas', () => {
  it('lose the space around them and nothing else', () => {
    expect(wordsOf('a b, c,,')).toEqual(['a b', 'c']);
  });
});
