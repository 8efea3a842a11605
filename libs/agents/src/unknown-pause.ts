import type { z } from 'zod';

/**
 * A framework sent a shape we do not know: a later version, or not its pause at all. Guessing what it asks would show people something
 * else than what runs, so it is refused with the place and with what was expected there.
 */
export class UnknownPause extends Error {
  override readonly name = 'UnknownPause';
  readonly code = 'unknown_pause';

  /**
   * @param framework the integration's id
   * @param path where, as `output.0.type`; empty for the whole
   */
  constructor(
    readonly framework: string,
    readonly path: string,
    readonly expected: string,
  ) {
    super(`This is no pause of ${framework} that we know: at ${path || 'its top'} we expected ${expected}.`);
  }
}

/** Reads a native shape. @throws UnknownPause at the first member that does not fit */
export const readShape = <T>(framework: string, shape: z.ZodType<T>, value: unknown, at = ''): T => {
  const read = shape.safeParse(value);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  const path = [at, ...(issue?.path ?? []).map(String)].filter(part => part !== '').join('.');
  throw new UnknownPause(framework, path, issue === undefined ? 'another shape' : wordsOf(issue.message));
};

/** zod says "Invalid input: expected string, received undefined". */
const wordsOf = (message: string): string => message.replace(/^Invalid (input|option): expected /, '');
