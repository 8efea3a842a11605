import { EXIT, Stop } from '../stop.ts';

/** The operators' API with a personal access token. */
export type OperatorsApi = {
  get<T>(path: string): Promise<T>;
  send<T>(method: 'POST' | 'PUT' | 'DELETE', path: string, body: unknown): Promise<T>;
};

/** Longest wait for an answer, milliseconds. */
const ANSWER_MS_MAX = 30_000;
type Problem = { detail?: string; code?: string; errors?: { pointer?: string; detail?: string }[] };

/** @returns the API; its calls throw Stop with what the console said: 1 when it refused, 2 for a token it does not know, 3 when out of reach */
export const operatorsApi = ({ consoleUrl, token }: { consoleUrl: string; token: string }): OperatorsApi => {
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    let reply: Response;
    try {
      reply = await fetch(`${consoleUrl}${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        redirect: 'error',
        signal: AbortSignal.timeout(ANSWER_MS_MAX),
      });
    } catch (error) {
      throw new Stop(
        EXIT.unreachable,
        `The console does not answer at ${consoleUrl} (${causeOf(error)}). Start it with \`npm start\`, or name another address with --console or HOLDPOINT_CONSOLE_URL.`,
      );
    }
    const text = await reply.text();
    const answer = jsonOf(text);
    if (reply.ok) return answer ?? {};
    throw refusal(method, path, reply.status, (answer ?? {}) as Problem);
  };
  return {
    get: path => call('GET', path) as never,
    send: (method, path, body) => call(method, path, body) as never,
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
