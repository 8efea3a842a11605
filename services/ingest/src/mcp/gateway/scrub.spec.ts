import { describe, expect, it } from 'vitest';
import { scrubbed, scrubbedText } from './scrub.ts';

const shown = (value: string) => ({ credential: { header: 'authorization', value } });

describe('what a server repeats of its credential', () => {
  it('does not come back in its words', () => {
    expect(scrubbedText(shown('Bearer sk-123456789'), 'bad token sk-123456789 (Bearer sk-123456789)')).toBe(
      'bad token [credential] (Bearer [credential])',
    );
    expect(scrubbedText(shown('plain-api-key'), 'plain-api-key')).toBe('[credential]');
  });
  it('does not come back anywhere in a result, whatever JSON makes of it', () => {
    const secret = String.raw`a"b\c d-e-f`;
    const result = { content: [{ type: 'text', text: `you sent ${secret}` }], structuredContent: { [secret]: [secret] } };
    expect(JSON.stringify(scrubbed(shown(secret), result))).toBe(
      '{"content":[{"type":"text","text":"you sent [credential]"}],"structuredContent":{"[credential]":["[credential]"]}}',
    );
  });
  it('leaves everything else as it is, and ordinary words to themselves', () => {
    const result = { content: [], amount: 1 };
    expect(scrubbed(shown('Bearer sk-123456789'), result)).toBe(result);
    expect(scrubbed({ credential: null }, result)).toBe(result);
    expect(scrubbedText(shown('Bearer a'), 'a, b and c')).toBe('a, b and c');
  });
});
