import type { ParseArgsOptionsConfig } from 'node:util';
import type { Io } from './io.ts';
import type { Exit } from './stop.ts';

/** What the command line says, parsed: words in order, options by name. */
export type Given = { words: readonly string[]; options: Readonly<Record<string, string | boolean | undefined>> };

/** One command. `run` writes its result and answers with the exit code. */
export type Command = {
  /** `policy lint`, as typed. */
  name: string;
  /** Words after the name, for the help: `<file>…`. */
  takes: string;
  summary: string;
  /** Its own options, beside `--json` and `--help`. */
  options: ParseArgsOptionsConfig;
  /** What each option means, in the order to show. */
  help: Readonly<Record<string, string>>;
  run(given: Given, io: Io): Promise<Exit> | Exit;
};

/** The text of an option; undefined when it was not given. */
export const textOf = ({ options }: Given, name: string): string | undefined => {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
};
export const isSet = ({ options }: Given, name: string): boolean => options[name] === true;
