import { describe, expect, it } from 'vitest';
import { openHeldBack } from './held-back.ts';

const opened = () => {
  const sent: string[] = [];
  return { ...openHeldBack(id => void sent.push(id)), sent };
};

describe('what waits behind a breaker', () => {
  it('goes two at a time with each answer, oldest first, each once', () => {
    const { add, answered, sent } = opened();
    for (const id of ['a', 'b', 'a', 'c']) add('app', id);
    answered('app');
    expect(sent).toEqual(['a', 'b']);
    answered('app');
    answered('app');
    expect(sent).toEqual(['a', 'b', 'c']);
    add('app', 'a');
    answered('app');
    expect(sent).toEqual(['a', 'b', 'c', 'a']);
  });

  it('is its own receiver’s alone', () => {
    const { add, answered, sent } = opened();
    add('app', 'a');
    answered('other');
    expect(sent).toEqual([]);
  });

  it('is remembered up to a limit, and there is room again once some went', () => {
    const { add, answered, sent } = opened();
    for (let count = 0; count <= 20_000; count += 1) add(`lane ${count % 2}`, `id ${count}`);
    for (let answers = 0; answers < 20_000; answers += 1) answered('lane 0');
    expect(sent).toHaveLength(10_000);
    add('lane 0', 'again');
    answered('lane 0');
    expect(sent.at(-1)).toBe('again');
  });
});
