import { setTimeout as sleep } from 'node:timers/promises';
import type { LiveMessage } from '@holdpoint/contracts';
import { describe, expect, it } from 'vitest';
import { lifeOf, requested } from './logged-life.fixture.ts';
import { openScreens } from './tell-screens.ts';

const change = (name: string) => lifeOf(`apr_${name}`, requested('2030-01-01T00:00:00.000Z'));

const open = () => {
  const told: string[][] = [];
  const publishLive = (_tenant: string, { changes }: LiveMessage): void => void told.push(changes.map(({ approvalId }) => approvalId));
  return { told, screens: openScreens({ publishLive }) };
};

describe('telling the screens', () => {
  it('tells a change at once when it is quiet', () => {
    const { told, screens } = open();
    screens.tell(change('a'));
    expect(told).toEqual([['apr_a']]);
    screens.close();
  });

  it('gathers what changes in quick succession into one message, in order, and is quick again afterwards', async () => {
    const { told, screens } = open();
    for (const name of ['a', 'b', 'c']) screens.tell(change(name));
    await sleep(60);
    expect(told).toEqual([['apr_a'], ['apr_b', 'apr_c']]);
    screens.tell(change('d'));
    expect(told.at(-1)).toEqual(['apr_d']);
    screens.close();
  });

  it('tells what is left when it is closed', () => {
    const { told, screens } = open();
    for (const name of ['a', 'b']) screens.tell(change(name));
    screens.close();
    expect(told).toEqual([['apr_a'], ['apr_b']]);
  });
});
