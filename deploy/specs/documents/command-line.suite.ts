import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DocumentedGate } from './a-documented-gate.ts';
import { commandsIn, snippet, wordsOf } from './snippets.ts';

/** What needs a provider, a receiver or the log of months: the specs of the command line run these, and look here at their names only. */
const ELSEWHERE = /^npx holdpoint (channel|address|policy backtest|policy calibrate|replay-callbacks|completion)|^source /;
/** How each ends in an installation that runs; by default with 0. */
const ENDS: readonly [RegExp, number[]][] = [[/^npx holdpoint doctor/, [0, 1]]];

const REQUEST = {
  source: 'custom',
  arguments: { contextSummary: 'It arrived broken', proposedAction: 'Refund $245', entityId: 'A-7', riskLevel: 'high' },
  action: { name: 'issue_refund', args: { order_id: 'A-7', amount: 245, currency: 'USD' } },
};

/** The commands that the pages tell to type, one after the other. */
export const commandLineSuite = (gate: () => DocumentedGate): void => {
  const at = (name: string) => join(gate().world.dataDir, name);
  const asked = async (): Promise<string> => {
    const { said } = await gate().holdpoint(['request', at('refund.json'), '--json']);
    const { id } = JSON.parse(said.split('\n').find(line => line.startsWith('{'))!) as { id: string };
    await expect.poll(async () => (await gate().world.shown(id))['phase']).toBe('review');
    return id;
  };
  const ends = (line: string): number[] => ENDS.find(([pattern]) => pattern.test(line))?.[1] ?? [0];

  /** Runs a command as it stands, with the files and the ids of this installation in the place of the shown ones. */
  const type = async (line: string, version = 0): Promise<void> => {
    const words = wordsOf(line.replace(/^npx holdpoint /, '')).map(word => (/^\w+\.(json|yaml)$/.test(word) ? at(word) : word));
    const [command = ''] = words;
    const id = words.includes('apr_…') ? await asked() : '';
    if (command === 'wait') await gate().approveWhenAsked(id);
    const stop = AbortSignal.timeout(command === 'tail' ? 300 : 30_000);
    const given = words.map(word => (word === 'apr_…' ? id : version > 0 && /^\d$/.test(word) ? String(version) : word));
    const running = gate().holdpoint(given, stop);
    if (words.includes('--wait')) await Promise.race([gate().approveTheNext(), running]);
    const { code, said } = await running;
    expect(ends(line), `${line}\n${said}`).toContain(code);
  };

  describe('the command line, as the pages show it', () => {
    it('asks and decides', async () => {
      await writeFile(at('refund.json'), JSON.stringify(REQUEST));
      const commands = commandsIn(snippet('libs/cli/README.md', 'sh', 'doctor')).filter(
        line => !ELSEWHERE.test(line) && !line.includes('policy'),
      );
      expect(commands.length).toBeGreaterThan(8);
      for (const line of commands) await type(line);
    });
    it.each(['README.md', 'libs/cli/README.md'])('takes a policy from the first lint on: %s', async page => {
      await writeFile(at('refunds.yaml'), snippet('README.md', 'yaml', 'id: refunds'));
      const commands = commandsIn(snippet(page, 'sh', 'policy publish')).filter(line => line.includes(' policy ') && !ELSEWHERE.test(line));
      expect(commands.length).toBeGreaterThan(4);
      const versions = async () => {
        const { items } = await gate().world.json<{ items: { id: string; version: number }[] }>('GET', '/api/policies');
        return items.filter(({ id }) => id === 'refunds').map(({ version }) => version);
      };
      if (page !== 'README.md') await gate().holdpoint(['policy', 'activate', 'refunds', String(Math.max(...(await versions())))]);
      for (const line of commands)
        await type(line, line.includes('retire') ? Math.min(...(await versions())) : Math.max(0, ...(await versions())));
    });
  });
};
