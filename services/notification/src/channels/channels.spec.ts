import { readdirSync } from 'node:fs';
import { alertChannel } from '@holdpoint/contracts';
import { describe, expect, it } from 'vitest';
import { CHANNELS } from './registry.ts';

describe('the registered channels', () => {
  it('are one folder each, with a README', () => {
    const folders = readdirSync(new URL('.', import.meta.url), { withFileTypes: true })
      .filter(entry => entry.isDirectory())
      .map(({ name }) => name);
    expect(folders.toSorted()).toEqual(CHANNELS.map(({ id }) => id).toSorted());
    for (const { id } of CHANNELS)
      expect(readdirSync(new URL(`./${id}`, import.meta.url))).toEqual(expect.arrayContaining(['README.md', `${id}.ts`]));
  });

  it.each(CHANNELS.map(channel => [channel.id, channel] as const))('%s is a channel of the contracts', id => {
    expect(alertChannel.options).toContain(id);
  });
});
