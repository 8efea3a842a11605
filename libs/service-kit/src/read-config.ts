import { z } from 'zod';

/** Configuration that cannot be used. `problems` has one line per variable, each naming the variable and what to do. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'config_invalid';
  constructor(readonly problems: readonly string[]) {
    super(`The configuration cannot be used:\n${problems.map(problem => `  ${problem}`).join('\n')}`);
  }
}

/** The prototypes of variables most services have; spread them into a service's own schema. */
export const variable = {
  /** A TCP port; 0 lets the system choose. */
  port: (byDefault: number) =>
    z.coerce.number().int().min(0).max(65_535).default(byDefault).describe('TCP port; 0 lets the system choose one'),
  host: () => z.string().min(1).default('127.0.0.1').describe('Address to listen on; 0.0.0.0 for every interface'),
  /** `true`/`false`, `1`/`0`, `yes`/`no`, `on`/`off`. */
  flag: (byDefault: boolean) => z.stringbool().default(byDefault),
  /** Whole seconds between the given bounds. */
  seconds: (min: number, max: number, byDefault: number) => z.coerce.number().int().min(min).max(max).default(byDefault),
  count: (min: number, max: number, byDefault: number) => z.coerce.number().int().min(min).max(max).default(byDefault),
} as const;

/**
 * Reads one zod object from the environment. An empty variable counts as not set, so that `NAME=` in an env file means the default.
 * Values are never repeated in the error: a mistyped secret must not end up in a log.
 * @throws ConfigError that lists every wrong variable at once.
 */
export const readConfig = <Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  env: NodeJS.ProcessEnv,
): z.output<z.ZodObject<Shape>> => {
  const given: Record<string, string> = {};
  for (const name of Object.keys(schema.shape)) {
    const value = env[name];
    if (value !== undefined && value !== '') given[name] = value;
  }
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const problems = new Map<string, string>();
  for (const issue of parsed.error.issues) {
    const name = String(issue.path[0] ?? 'configuration');
    const about = (schema.shape[name] as z.ZodType | undefined)?.description;
    if (!problems.has(name)) problems.set(name, `${name}: ${issue.message}${about ? ` (${about})` : ''}`);
  }
  throw new ConfigError([...problems.values()]);
};

/**
 * Runs several readers and throws one error with the problems of all.
 * @throws ConfigError
 */
export const readAll = <T extends readonly (() => unknown)[]>(...readers: T): { [I in keyof T]: ReturnType<T[I]> } => {
  const problems: string[] = [];
  const values = readers.map(read => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems.push(...error.problems);
      return undefined;
    }
  });
  if (problems.length > 0) throw new ConfigError(problems);
  return values as { [I in keyof T]: ReturnType<T[I]> };
};
