/** Exit codes of every command. */
export const EXIT = {
  done: 0,
  /** What was asked was done, and it found problems: lint errors, failed cases, a refused change. */
  problems: 1,
  /** The command line, a file or a setting cannot be used. */
  usage: 2,
  /** The console, the event store or their answer could not be reached. */
  unreachable: 3,
  /** Nothing went wrong, but nobody has decided yet. */
  pending: 4,
} as const;
export type Exit = (typeof EXIT)[keyof typeof EXIT];

/** Ends a command. The message says what to do next. */
export class Stop extends Error {
  constructor(
    readonly exit: Exit,
    message: string,
    /** What else a machine may want to know, for `--json`. */
    readonly details: Record<string, unknown> = {},
  ) {
    super(message);
    this.name = 'Stop';
  }
}

export const usage = (message: string): Stop => new Stop(EXIT.usage, message);
