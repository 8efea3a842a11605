import type { RunningConsole } from '../console/a-running-console.ts';

/** Calls as a browser makes them: with its cookie, from a page of the console. */
export type ABrowser = {
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  /** The same, with the answer parsed. @throws Error unless it is 2xx */
  json<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** The problem's code, or the status where it is none. */
  refused(method: string, path: string, body?: unknown): Promise<string | number>;
  cookie(): string;
};

/** A browser that keeps the session cookie it is given. */
export const aBrowser = (world: RunningConsole, cookie = ''): ABrowser => {
  let kept = cookie;
  const browser: ABrowser = {
    call: async (method, path, body, headers = {}) => {
      const reply = await world.call(method, path, body, { origin: world.url, ...(kept === '' ? {} : { cookie: kept }), ...headers });
      const set = reply.headers.getSetCookie().find(value => value.startsWith('holdpoint='));
      if (set !== undefined) kept = set.split(';')[0] ?? '';
      return reply;
    },
    json: async (method, path, body) => {
      const reply = await browser.call(method, path, body);
      const text = await reply.text();
      if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${text}`);
      return (text === '' ? null : JSON.parse(text)) as never;
    },
    refused: async (method, path, body) => {
      const reply = await browser.call(method, path, body);
      return reply.ok ? reply.status : ((await reply.json()) as { code: string }).code;
    },
    cookie: () => kept,
  };
  return browser;
};
