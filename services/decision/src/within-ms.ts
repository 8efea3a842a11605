import { createContext, Script } from 'node:vm';

/** Work that took longer than it may. */
export class TookTooLong extends Error {
  readonly code = 'took_too_long';
  constructor(readonly ms: number) {
    super(`took longer than ${ms} ms`);
    this.name = 'TookTooLong';
  }
}

const sandbox = createContext({ work: undefined }) as { work: (() => unknown) | undefined };
const script = new Script('work()');

/**
 * Runs synchronous work and stops it after `ms` milliseconds, even inside a regular expression that backtracks for ever: `vm` is the only
 * way to interrupt one on its own thread.
 * @throws TookTooLong, and what the work throws
 */
export const withinMs = <T>(ms: number, work: () => T): T => {
  sandbox.work = work;
  try {
    return script.runInContext(sandbox, { timeout: ms }) as T;
  } catch (error) {
    if (isTimeout(error)) throw new TookTooLong(ms);
    throw error;
  } finally {
    sandbox.work = undefined;
  }
};

/** The error may belong to the sandbox's realm, where `Error` is another one. */
const isTimeout = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
