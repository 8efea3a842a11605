import { describe, expect, it } from 'vitest';
import { csvLine } from './csv.ts';

describe('a line of CSV', () => {
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1', "=cmd|' /C calc'!A0", '-2+3+cmd|x'])(
    'takes the power out of %j',
    text => {
      const line = csvLine([text]).slice(0, -2);
      expect(line.replace(/^"/, '')[0]).toBe("'");
      expect(line).toContain(text.replaceAll('"', '""'));
    },
  );

  it('leaves everything else as it is, numbers below zero too', () => {
    expect(csvLine(['a b', 'a=b', -5, 0.5, true, null, ''])).toBe('a b,a=b,-5,0.5,true,,\r\n');
  });

  it('puts between quotes what would end a cell or a line', () => {
    expect(csvLine(['a,b', 'say "no"', 'two\nlines'])).toBe('"a,b","say ""no""","two\nlines"\r\n');
    expect(csvLine(['=HYPERLINK("x","y")'])).toBe('"\'=HYPERLINK(""x"",""y"")"\r\n');
  });
});
