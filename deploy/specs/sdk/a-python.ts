import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
export const hasPython = spawnSync('python3', ['--version']).status === 0;

/** The Python package in a process of its own, which does one thing after the other and says what came of it. */
export const startPython = (url: string, apiKey: string) => {
  const variables = {
    HOLDPOINT_URL: url,
    HOLDPOINT_API_KEY: apiKey,
    PYTHONPATH: at('../../../libs/sdk-python/src'),
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONUTF8: '1',
  };
  const named = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  const python = spawn('env', [...named, 'python3', at('ask.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = createInterface({ input: python.stdout })[Symbol.asyncIterator]();
  return {
    ask: async (does: 'hash' | 'assert' | 'verify' | 'consume' | 'report', given: object): Promise<string> => {
      python.stdin.write(`${JSON.stringify([does, given])}\n`);
      const { value, done } = await answers.next();
      if (done) throw new Error('the Python process ended');
      return JSON.parse(value) as string;
    },
    close: () => void python.stdin.end(),
  };
};

export type Python = ReturnType<typeof startPython>;
