import type { SessionReply } from '@holdpoint/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startConsole, type RunningConsole } from './a-running-console.ts';

let console: RunningConsole;
beforeAll(async () => {
  console = await startConsole();
});
afterAll(() => console.close());

const whose = (cookie: string) => console.parts.messaging.request<SessionReply>('hp.query.session', { cookie }, { timeoutMs: 5_000 });

describe('whose session a browser has', () => {
  it('is told to other services by its cookie, and nothing else counts', async () => {
    const { email, password, organizationId, personalAccessToken } = console.credentials;
    const answer = await console.call('POST', '/api/sign-in', { email, password }, {});
    const cookie = answer.headers
      .getSetCookie()
      .map(one => one.split(';')[0])
      .join('; ');
    expect(await whose(`other=1; ${cookie}`)).toMatchObject({
      tenant: organizationId,
      operatorId: expect.stringMatching(/^opr_/) as string,
    });
    expect(await whose('')).toBeNull();
    expect(await whose(`holdpoint=${'a'.repeat(43)}`)).toBeNull();
    expect(await whose(`holdpoint=${personalAccessToken}`)).toBeNull();
  });
});
