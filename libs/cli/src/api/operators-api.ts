import { EXIT, Stop } from '../stop.ts';

/** The operators' API with a personal access token. */
export type OperatorsApi = {
  get<T>(path: string): Promise<T>;
  send<T>(method: 'POST' | 'PUT' | 'DELETE', path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<T>;
  /** An answer that does not end by itself. */
  stream(path: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
};

/** Longest wait for an answer, milliseconds. */
const ANSWER_MS_MAX = 30_000;
type Problem = { detail?: string; code?: string; errors?: { pointer?: string; detail?: string }[] };

/** @returns the API; its calls throw Stop with what the console said: 1 when it refused, 2 for a token it does not know, 3 when out of reach */
export const operatorsApi = ({ consoleUrl, token }: { consoleUrl: string; token: string }): OperatorsApi => {
  const ask = async (
    path: string,
    { headers, ...init }: RequestInit & { headers: Readonly<Record<string, string>> },
  ): Promise<Response> => {
    try {
      return await fetch(`${consoleUrl}${path}`, { ...init, headers: { authorization: `Bearer ${token}`, ...headers }, redirect: 'error' });
    } catch (error) {
      throw new Stop(
        EXIT.unreachable,
        `The console does not answer at ${consoleUrl} (${causeOf(error)}). Start it with \`npm start\`, or name another address with --console or HOLDPOINT_CONSOLE_URL.`,
      );
    }
  };
  const call = async (method: string, path: string, body?: unknown, more: Readonly<Record<string, string>> = {}): Promise<unknown> => {
    const reply = await ask(path, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...more },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    });
    const text = await reply.text();
    const answer = jsonOf(text);
    if (reply.ok) return answer ?? {};
    throw refusal(method, path, reply.status, (answer ?? {}) as Problem);
  };
  return {
    get: path => call('GET', path) as never,
    send: (method, path, body, headers) => call(method, path, body, headers) as never,
    stream: async (path, headers, signal) => {
      const reply = await ask(path, { method: 'GET', headers: { accept: 'text/event-stream', ...headers }, signal });
      if (!reply.ok || reply.body === null) throw refusal('GET', path, reply.status, (jsonOf(await reply.text()) ?? {}) as Problem);
      return reply.body;
    },
  };
};

const refusal = (method: string, path: string, status: number, { detail, code, errors = [] }: Problem): Stop => {
  const lines = errors.map(({ pointer = '', detail: what = '' }) => `  ${pointer} ${what}`.trimEnd());
  const said = [detail ?? `the console answered ${status}`, ...lines].join('\n');
  const about = { status, ...(code === undefined ? {} : { code }), ...(errors.length === 0 ? {} : { errors }) };
  if (status === 401)
    return new Stop(EXIT.usage, `The token is not known or no longer valid. Issue a new one in the console (Settings, Tokens).`, about);
  if (status >= 500) return new Stop(EXIT.unreachable, `The console could not answer ${method} ${path}: ${said}`, about);
  return new Stop(EXIT.problems, said, about);
};

const causeOf = (error: unknown): string => {
  const { cause, message } = error as Error & { cause?: { code?: string } };
  return cause?.code ?? message;
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};
