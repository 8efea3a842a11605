import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../commands.ts';
import { run } from '../run.ts';

const scriptFor = async (shell: string): Promise<{ code: number; out: string }> => {
  let out = '';
  const code = await run(['completion', shell], { out: line => void (out += line), err: () => undefined, env: {} });
  return { code, out };
};

/** What bash would offer after these words. */
const offered = async (...words: string[]): Promise<string[]> => {
  const { out } = await scriptFor('bash');
  const typed = ['holdpoint', ...words].map(word => `'${word}'`).join(' ');
  const ask = `COMP_WORDS=(${typed}); COMP_CWORD=${words.length}; _holdpoint; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', `${out}\n${ask}`], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.split('\n').filter(Boolean);
};

describe('completion of a shell', () => {
  it('offers commands, then the words behind them, in bash itself', async () => {
    const first = await offered('');
    for (const { name } of COMMANDS) expect(first).toContain(name.split(' ')[0]);
    expect(await offered('chan')).toEqual(['channel']);
    expect(await offered('channel', '')).toEqual(['list', 'connect', 'test', 'disconnect']);
    expect(await offered('policy', 'sh')).toEqual(['shadow']);
  });

  it('offers the options of the command that was typed, and of no other', async () => {
    expect(await offered('approve', 'apr_x', '--no')).toEqual(['--note']);
    expect(await offered('channel', 'test', '--con')).toEqual(['--console']);
    expect(await offered('request', '--key')).toEqual(['--key-file']);
    expect(await offered('list', '--js')).toEqual(['--json']);
  });

  it.each(['zsh', 'fish'])('names every command for %s', async shell => {
    const { code, out } = await scriptFor(shell);
    expect(code).toBe(0);
    for (const { name, options } of COMMANDS) {
      for (const word of name.split(' ')) expect(out).toContain(word);
      for (const option of Object.keys(options)) expect(out).toContain(option);
    }
  });

  it('refuses a shell it does not know', async () => {
    expect((await scriptFor('powershell')).code).toBe(2);
  });
});
