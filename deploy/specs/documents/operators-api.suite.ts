import { describe, expect, it } from 'vitest';
import { aMember } from '../console/a-member.ts';
import type { DocumentedGate } from './a-documented-gate.ts';
import { snippetsIn } from './snippets.ts';

const PAGE = 'docs/operators-api.md';

/** The calls of the operators' API, typed as the page shows them. */
export const operatorsApiSuite = (gate: () => DocumentedGate): void => {
  describe('the calls that the operators’ API shows', () => {
    const [setUp, ...calls] = snippetsIn(PAGE).filter(({ language }) => language === 'sh');
    it.each(calls.map(({ text }) => text))('%s', async text => {
      const { world } = gate();
      const { operatorId } = await aMember(world, ['senior']);
      const pending = text.includes('apr_…') ? await world.pending() : '';
      if (pending !== '') await world.shown(pending);
      const script = text
        .split('\n')
        // Telegram itself would be asked.
        .filter(line => !/channels\/telegram|"channel": "telegram"/.test(line))
        .join('\n')
        .replaceAll('apr_…', pending)
        .replaceAll(/opr_[ab…]/g, operatorId)
        .replaceAll('docs/guides/', `${new URL('../../../docs/guides/', import.meta.url).pathname}`);
      const said = await gate().shell(
        `${setUp!.text.replaceAll('curl -s', 'curl -sS --fail-with-body')}\n${script.replaceAll('curl -s ', 'curl -sS --fail-with-body ')}`,
      );
      expect(said).not.toContain('"code"');
    });
  });
};
