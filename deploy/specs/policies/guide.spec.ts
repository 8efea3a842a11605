import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compilePolicy, lintPolicy, parsePolicy, runCases } from '@holdpoint/gate';

const folder = new URL('../../../docs/guides/policies/', import.meta.url);
const files = readdirSync(folder).filter(name => name.endsWith('.yaml'));
const textOf = (name: string): string => readFileSync(new URL(name, folder), 'utf8');

describe('the guide to writing policies', () => {
  it('has ten real ones', () => expect(files).toHaveLength(10));

  it('names each of them', () => {
    const guide = readFileSync(new URL('../policies.md', folder), 'utf8');
    expect(files.filter(name => !guide.includes(`policies/${name}`))).toEqual([]);
  });

  describe.each(files)('%s', name => {
    it('has nothing to say about for the linter', () => expect(lintPolicy(textOf(name))).toEqual([]));

    it('compiles, and passes its own cases', () => {
      const parsed = parsePolicy(textOf(name));
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
      expect(compilePolicy(parsed.document)).toMatchObject({ ok: true });
      expect(runCases(parsed.document).filter(({ ok }) => !ok)).toEqual([]);
      expect(parsed.document.cases?.length).toBeGreaterThan(4);
    });
  });
});
