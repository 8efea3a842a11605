import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '@holdpoint/cli';
import { lintPolicy, parsePolicy, runCases } from '@holdpoint/gate';

const read = (path: string): string => readFileSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), 'utf8');
const PAGES = ['README.md', 'libs/cli/README.md', 'docs/guides/backtest.md', 'docs/guides/policies.md'];

describe('the pages about policies', () => {
  it('show a policy that has nothing wrong or doubtful, and passes its cases', () => {
    const [, text = ''] = /```yaml\n([\s\S]*?)```/.exec(read('README.md')) ?? [];
    expect(lintPolicy(text)).toEqual([]);
    const parsed = parsePolicy(text);
    if (!parsed.ok) throw new Error('the policy of the README cannot be read');
    expect(runCases(parsed.document).map(({ ok }) => ok)).toEqual([true, true]);
  });

  it.each(PAGES)('name only commands and options there are: %s', page => {
    const lines = [...read(page).matchAll(/npx holdpoint ([^\n`#|]+)/g)].map(([, line = '']) => line.trim());
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines.flatMap(each => each.split(/&&|·/))) {
      const words = line.replace('npx holdpoint', '').trim();
      if (words === '--help') continue;
      const command = COMMANDS.find(({ name }) => words.startsWith(name));
      expect(command, line).toBeDefined();
      for (const [, option = ''] of words.matchAll(/--([a-z-]+)/g)) expect(Object.keys(command!.options), line).toContain(option);
    }
  });
});
