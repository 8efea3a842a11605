import type { ProblemError } from '@holdpoint/service-kit';
import { addressRules } from '@holdpoint/egress';
import { describe, expect, it } from 'vitest';
import { wayBackOf, type WayBackRules } from './way-back.ts';

const endpoint = (endpointId: string, more: object) =>
  ({
    endpointId,
    tenant: 'org',
    url: 'https://app.example/cb',
    secret: '',
    signingKey: '',
    publicKey: '',
    disabled: false,
    operational: false,
    previous: null,
    ...more,
  }) as const;
const endpoints = [endpoint('main', {}), endpoint('gone', { disabled: true }), endpoint('signer', { url: null })];
const connection = (connectionId: string, provider: 'openai.assistants' | 'openai.responses', template: { model: string } | null = null) =>
  ({
    connectionId,
    tenant: 'org',
    provider,
    baseUrl: 'https://api.example',
    apiKey: '',
    agentId: null,
    endpointId: null,
    fallback: 'callback',
    webhookSecret: null,
    previousWebhookSecret: null,
    template,
  }) as const;
const connections = [
  connection('acme', 'openai.assistants'),
  connection('answers', 'openai.responses', { model: 'gpt-5.4' }),
  connection('bare', 'openai.responses'),
];
const rules = (allow: string[] = []): WayBackRules => ({
  settings: {
    endpoint: (tenant, id) => endpoints.find(each => each.tenant === tenant && each.endpointId === id) ?? null,
    connection: (tenant, id) => connections.find(each => each.tenant === tenant && each.connectionId === id) ?? null,
    agent: agentId => ({
      agentId,
      tenant: 'org',
      name: '',
      ownerId: '',
      callbackHosts: agentId === 'held' ? ['app.example', '*.apps.example'] : [],
    }),
  },
  addresses: addressRules(allow),
  httpAllowed: allow.length > 0,
});
type Request = Parameters<typeof wayBackOf>[0];
const pointer = (request: Request, allow: string[] = [], tenant = 'org', agentId = 'billing'): string | undefined => {
  try {
    wayBackOf(request, { tenant, agentId }, rules(allow));
  } catch (error) {
    expect((error as ProblemError).status).toBe(422);
    return (error as ProblemError).problem.errors?.[0]?.pointer;
  }
  return undefined;
};
const ids = { threadId: 't', runId: 'r', toolCallId: 'c' };
const submit = { mode: 'openai.submitToolOutputs', connectionId: 'acme' } as const;

describe('an agent that is held to some hosts', () => {
  it.each([
    ['https://app.example/cb', undefined],
    ['https://one.apps.example/cb', undefined],
    ['https://apps.example/cb', '/callback/url'],
    ['https://app.example.evil.test/cb', '/callback/url'],
    ['https://evilapps.example/cb', '/callback/url'],
  ])('%s', (url, refused) => expect(pointer({ callback: { url } }, [], 'org', 'held')).toBe(refused));

  it('still reaches the endpoints that an administrator set up', () =>
    expect(pointer({ callback: 'main' }, [], 'org', 'held')).toBeUndefined());
});

describe('the way back of an answer', () => {
  it('is none when none is asked for', () => {
    expect(wayBackOf({}, { tenant: 'org', agentId: 'billing' }, rules())).toEqual({
      callback: false,
      resume: { mode: 'none' },
      state: null,
    });
  });
  it('is the callback when there is one, with the state that is echoed', () => {
    expect(
      wayBackOf({ callback: { url: 'https://app.example/cb', state: 'order 7' } }, { tenant: 'org', agentId: 'billing' }, rules()),
    ).toEqual({
      callback: true,
      resume: { mode: 'callback' },
      state: 'order 7',
    });
  });
  it('is the resumed run when a connection is named', () => {
    expect(wayBackOf({ ...ids, resume: submit }, { tenant: 'org', agentId: 'billing' }, rules()).resume).toEqual(submit);
  });
});

describe('a callback that could not be made', () => {
  it.each([
    'http://app.example/cb',
    'https://user:secret@app.example/cb',
    'https://app.example/cb#part',
    'https://127.0.0.1/cb',
    'https://169.254.169.254/latest',
    'https://[::1]/cb',
    'https://0x7f000001/cb',
    'https://metadata.google.internal/x',
    'https://app.example\\@evil.example/',
  ])('%s is refused', url => expect(pointer({ callback: { url } })).toBe('/callback/url'));

  it('may go to a private address that was allowed, then over http too', () => {
    expect(pointer({ callback: { url: 'http://127.0.0.1:9000/cb' } }, ['127.0.0.0/8'])).toBeUndefined();
    expect(pointer({ callback: { url: 'http://93.184.216.34/cb' } }, ['127.0.0.0/8'])).toBe('/callback/url');
    expect(pointer({ callback: { url: 'http://10.0.0.1/cb' } }, ['127.0.0.0/8'])).toBe('/callback/url');
  });
  it.each([
    ['nobody', '/callback'],
    ['gone', '/callback'],
    ['signer', '/callback'],
  ])('to the endpoint %s is refused', (callback, at) => expect(pointer({ callback })).toBe(at));
  it('to an endpoint of another organisation is refused like one that does not exist', () => {
    expect(pointer({ callback: { endpointId: 'main' } })).toBeUndefined();
    expect(pointer({ callback: { endpointId: 'main' } }, [], 'other')).toBe('/callback/endpointId');
  });
});

describe('a resume that could not happen', () => {
  it.each<[string, Request, string]>([
    ['a callback that is missing', { resume: { mode: 'callback' } }, '/callback'],
    ['a connection that is missing', { ...ids, resume: { mode: 'langgraph' } }, '/resume/connectionId'],
    ['a connection that does not exist', { ...ids, resume: { ...submit, connectionId: 'nobody' } }, '/resume/connectionId'],
    ['a connection to another provider', { ...ids, resume: { mode: 'langgraph', connectionId: 'acme' } }, '/resume/connectionId'],
    ['a run that is not named', { threadId: 't', toolCallId: 'c', resume: submit }, '/runId'],
    [
      'a response that is not named',
      { threadId: 't', toolCallId: 'c', resume: { mode: 'openai.responses', connectionId: 'answers' } },
      '/runId',
    ],
    ['a connection without a template', { ...ids, resume: { mode: 'openai.responses', connectionId: 'bare' } }, '/resume/connectionId'],
    ['a workflow without its URL', { resume: { mode: 'logicApps' } }, '/resume/url'],
    ['a workflow at a private address', { resume: { mode: 'logicApps', url: 'https://10.0.0.1/run?sig=s' } }, '/resume/url'],
    ['a workflow without https', { resume: { mode: 'logicApps', url: 'http://flow.example/run?sig=s' } }, '/resume/url'],
    ['a URL where there is no workflow', { ...ids, resume: { ...submit, url: 'https://flow.example/run' } }, '/resume/url'],
    [
      'a new run where there are none',
      { ...ids, resume: { mode: 'langgraph', connectionId: 'acme', fallback: 'newRunOnThread' } },
      '/resume/fallback',
    ],
  ])('for %s is refused', (_, request, at) => expect(pointer(request)).toBe(at));
});

describe('a workflow that is answered at its own URL', () => {
  const resume = { mode: 'logicApps', url: 'https://prod-00.westeurope.logic.azure.com/workflows/1?sig=secret' } as const;
  it('needs no connection, and its URL is not in what is public', () => {
    expect(wayBackOf({ resume }, { tenant: 'org', agentId: 'billing' }, rules()).resume).toEqual({ mode: 'logicApps' });
    expect(pointer({ resume }, [], 'org', 'held')).toBe('/resume/url');
  });
});

describe('a run that is over', () => {
  it('may be followed by a new one on its thread, where the request says so', () => {
    const resume = { ...submit, fallback: 'newRunOnThread' } as const;
    expect(wayBackOf({ ...ids, resume }, { tenant: 'org', agentId: 'billing' }, rules()).resume).toEqual(resume);
  });
});
