import { listenOnLoopback, readBody } from '../loopback-server.ts';
import { openMetaFake } from './meta.ts';
import type { FakeAnswer, FakeProvider } from './provider.ts';
import { openPushFake } from './push.ts';
import { openSlackFake } from './slack.ts';
import { openTeamsFake } from './teams.ts';
import { openTelegramFake } from './telegram.ts';
import { openTwilioFake } from './twilio.ts';

/** Every provider there is, by the prefix of its path. Each folder beside this file is one. */
const openAll = () =>
  ({
    meta: openMetaFake(),
    push: openPushFake(),
    slack: openSlackFake(),
    teams: openTeamsFake(),
    telegram: openTelegramFake(),
    twilio: openTwilioFake(),
  }) satisfies Record<string, FakeProvider>;

export type FakeProviders = ReturnType<typeof openAll> & {
  /** `http://127.0.0.1:<port>`; a provider's base URL is this and its name: `<origin>/telegram`. */
  origin: string;
  close(): Promise<void>;
};

/** One server on loopback that stands for all providers of alert channels. @param port any free one unless given */
export const startFakeProviders = async (port = 0): Promise<FakeProviders> => {
  const providers = openAll();
  const listener = await listenOnLoopback((request, response) => {
    const handle = async () => {
      const url = new URL(request.url ?? '/', 'http://fake');
      const [, name = '', ...rest] = url.pathname.split('/');
      const provider = (providers as Record<string, FakeProvider>)[name];
      const rawBody = await readBody(request);
      const answer: FakeAnswer =
        provider === undefined
          ? { status: 404, body: 'no such provider' }
          : await provider.handle({
              method: request.method ?? 'GET',
              path: `/${rest.join('/')}`,
              query: url.searchParams,
              headers: request.headers,
              rawBody,
              baseUrl: `http://127.0.0.1:${listener.port}/${name}`,
            });
      if ('hangUp' in answer) return void request.socket.destroy();
      const isText = typeof answer.body === 'string';
      response.writeHead(answer.status, { 'content-type': isText ? 'text/plain' : 'application/json', ...answer.headers });
      response.end(answer.body === undefined ? '' : isText ? answer.body : JSON.stringify(answer.body));
    };
    handle().catch(() => response.destroy());
  }, port);
  return { ...providers, origin: `http://127.0.0.1:${listener.port}`, close: listener.close };
};
