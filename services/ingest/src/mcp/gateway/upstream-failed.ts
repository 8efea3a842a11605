import { EgressError } from '@holdpoint/egress';

/** How much of a server's own words about a failure is passed on, UTF-16 units. */
const WORDS_MAX = 1_000;

/**
 * What became of a request that brought no result.
 * - `notSent`: it never reached the MCP server.
 * - `refused`: the MCP server, or what stands before it, said no.
 * - `unknown`: it may have been carried out.
 */
export type Fate = 'notSent' | 'refused' | 'unknown';

/**
 * A call of the MCP server that brought no result. The message is for agents: it names no address and no secret, and carries no error
 * of the library along, which may hold what a server wrote.
 */
export class UpstreamFailed extends Error {
  override readonly name = 'UpstreamFailed';
  constructor(
    readonly fate: Fate,
    message: string,
  ) {
    super(message);
  }
}

/** The answer was longer than what is read of one. */
export class AnswerTooLarge extends Error {
  override readonly name = 'AnswerTooLarge';
  constructor(readonly bytesMax: number) {
    super(`the answer has more than ${bytesMax} bytes`);
  }
}

/** What the protocol library's errors look like, as far as they say what became of a request. */
type LibraryError = { name?: string; code?: unknown; message: string; status?: unknown; data?: { status?: unknown } };

/**
 * Says what became of a request from what it failed with.
 * @param error what the protocol library threw
 * @param underneath what the guarded client threw, where it did: the library may have wrapped it
 * @param isAnswer whether the error is a JSON-RPC error that the server answered
 */
export const failureOf = (error: unknown, underneath: unknown, isAnswer: (error: unknown) => boolean): UpstreamFailed => {
  if (underneath instanceof AnswerTooLarge)
    return new UpstreamFailed('unknown', `The MCP server’s answer has more than ${underneath.bytesMax} bytes and was not read.`);
  if (underneath instanceof EgressError)
    return underneath.requestMayHaveArrived
      ? new UpstreamFailed('unknown', 'The MCP server gave no usable answer in time.')
      : new UpstreamFailed('notSent', `The MCP server could not be reached. ${underneath.safeMessage}`);
  const said = error as LibraryError;
  if (isAnswer(error)) return new UpstreamFailed('refused', `The MCP server answered with an error: ${cut(said.message)}`);
  const status = Number(said.status ?? said.data?.status);
  // Redirects are never followed, so nothing ran behind them either.
  if (status >= 300 && status < 500) return new UpstreamFailed('refused', `The MCP server answered HTTP ${status}.`);
  return new UpstreamFailed(
    'unknown',
    status >= 500 ? `The MCP server answered HTTP ${status}.` : 'The MCP server gave no answer that can be read.',
  );
};

const cut = (text: string): string => (text.length > WORDS_MAX ? `${text.slice(0, WORDS_MAX)} [cut]` : text);
