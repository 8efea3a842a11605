import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '@holdpoint/cli';
import { callback } from '@holdpoint/callback';
import { ingest } from '@holdpoint/ingest';
import { notification } from '@holdpoint/notification';
import { relay } from '@holdpoint/relay';
import { routing } from '@holdpoint/routing';
import type { RunningService, Service } from '@holdpoint/service-kit';
import { startCallbackReceiver, startFakeProviders, type CallbackReceiver, type FakeProviders } from '@holdpoint/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startConsole, type RunningConsole } from '../console/a-running-console.ts';

let world: RunningConsole;
let fakes: FakeProviders;
let receiver: CallbackReceiver;
const others: RunningService[] = [];
let agentsUrl = '';
let noted = 0;

type Said = { code: number; out: string; err: string };
const holdpoint = async (words: readonly string[], { input, signal, env = {} }: Options = {}): Promise<Said> => {
  const said = { out: '', err: '' };
  const code = await run(words, {
    out: line => void (said.out += `${line}\n`),
    err: line => void (said.err += `${line}\n`),
    env: { HOLDPOINT_DATA: world.dataDir, HOLDPOINT_CONSOLE_URL: world.url, HOLDPOINT_URL: agentsUrl, ...env },
    ...(input === undefined ? {} : { input: async () => input }),
    ...(signal === undefined ? {} : { signal }),
  });
  return { code, ...said };
};
type Options = { input?: string; signal?: AbortSignal; env?: Record<string, string> };
const json = async <T>(words: readonly string[], options: Options = {}): Promise<T> =>
  JSON.parse((await holdpoint([...words, '--json'], options)).out) as T;

/** An agent asks, and people see it. @param more members of the request */
const ask = async (more: Record<string, unknown> = {}): Promise<string> => {
  noted += 1;
  const body = {
    source: 'custom',
    arguments: { contextSummary: 'It arrived broken', proposedAction: 'Refund $245', entityId: `A-${noted}`, riskLevel: 'medium' },
    action: { name: 'issue_refund', args: { order_id: `A-${noted}`, amount: 245 } },
    ...more,
  };
  const { id } = await json<{ id: string }>(['request', '-'], { input: JSON.stringify(body) });
  // Before the gate has spoken there is nothing to decide.
  await expect.poll(async () => (await world.shown(id))['phase'], { timeout: 5_000 }).toBe('review');
  return id;
};

beforeAll(async () => {
  [fakes, receiver] = await Promise.all([startFakeProviders(), startCallbackReceiver()]);
  const ports = Object.fromEntries(['INGEST', 'ROUTING', 'NOTIFICATION', 'CALLBACK', 'RELAY'].map(name => [`${name}_PORT`, '0']));
  const more = { ...ports, HOLDPOINT_EGRESS_ALLOW: '127.0.0.0/8' };
  world = await startConsole(more);
  const env = { HOLDPOINT_DATA: world.dataDir, HOLDPOINT_TRANSPORT: 'inProcess', LOG_LEVEL: 'fatal', ...more };
  for (const service of [ingest, routing, notification, callback, relay] as Service<unknown>[]) {
    const running = await service.start(service.readConfig(env), world.parts);
    others.push(running);
    if (service.name === 'ingest') agentsUrl = `http://127.0.0.1:${running.port}`;
  }
});
afterAll(async () => {
  for (const service of others.reverse()) await service.close();
  await world.close();
  await fakes.close();
  await receiver.close();
});

describe('asking and deciding', () => {
  it('asks, waits, and ends with 0 once it is approved, showing what may run', async () => {
    const id = await ask();
    const waiting = holdpoint(['wait', id, '--timeout', '20']);
    const approved = await holdpoint(['approve', id, '--note', 'Photographs checked']);
    expect(approved).toMatchObject({ code: 0, out: expect.stringContaining('Approved: issue_refund {"order_id"') });
    expect(await waiting).toMatchObject({ code: 0, out: expect.stringContaining('may run: issue_refund') });
  });

  it('ends with 1 when it is rejected, and the agent hears why', async () => {
    const id = await ask();
    expect(await holdpoint(['reject', id])).toMatchObject({ code: 2, err: expect.stringContaining('--note') });
    expect((await holdpoint(['reject', id, '--note', 'Wrong customer'])).code).toBe(0);
    const { code, out } = await holdpoint(['wait', id]);
    expect(code).toBe(1);
    expect(out).toContain('was rejected');
    expect(out).toContain('note: Wrong customer');
  });

  it('ends with 4 when nobody has decided in time: silence is no yes', async () => {
    const body = JSON.stringify({
      source: 'custom',
      arguments: { contextSummary: 'x', proposedAction: 'Delete it', entityId: 'E-1', riskLevel: 'high' },
      action: { name: 'delete_customer', args: { id: 'E-1' } },
    });
    const { code, out, err } = await holdpoint(['request', '-', '--wait', '--timeout', '0.2'], { input: body });
    expect(code).toBe(4);
    expect(out).toContain('It is not approved');
    expect(err).toContain('waits for a decision');
  });

  it('refuses to decide what has changed since it was looked at', async () => {
    const id = await ask();
    const { code, err } = await holdpoint(['approve', id, '--revision', '0']);
    expect(code).toBe(1);
    expect(err).not.toBe('');
    expect((await json<{ items: { id: string }[] }>(['list', '--view', 'all'])).items.map(item => item.id)).toContain(id);
  });

  it('asks by options as well as by a document', async () => {
    const words = ['--tool', 'issue_refund', '--args', '{"order_id":"B-1"}', '--proposed', 'Refund it', '--entity', 'B-1', '--risk', 'low'];
    const { code, out } = await holdpoint(['request', ...words, '--idempotency-key', 'once']);
    expect(code).toBe(0);
    expect((await holdpoint(['request', ...words, '--idempotency-key', 'once'])).out).toBe(out);
  });

  it('lists what waits, and says of bad input which member is wrong', async () => {
    const id = await ask();
    expect((await holdpoint(['list', '--view', 'all'])).out).toContain(id);
    expect(await holdpoint(['list', '--view', 'everything'])).toMatchObject({ code: 1 });
    const refused = await holdpoint(['request', '--tool', 't', '--proposed', 'p', '--entity', 'e', '--risk', 'enormous']);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('/arguments/riskLevel');
    expect(await holdpoint(['request', '--tool', 't'])).toMatchObject({ code: 2 });
    expect(await holdpoint(['request', '-'], { input: '{"a":1,"a":2}' })).toMatchObject({ code: 2 });
  });

  it('takes keys and tokens from files and the environment only, and never repeats them', async () => {
    const file = join(world.dataDir, 'a-key');
    writeFileSync(file, 'hp_live_nobody_knows_this_key\n');
    const refused = await holdpoint(['wait', 'apr_a', '--key-file', file]);
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('API key') });
    expect(refused.err + refused.out).not.toContain('nobody_knows');
    expect(await holdpoint(['wait', 'apr_a'], { env: { HOLDPOINT_DATA: '/nowhere' } })).toMatchObject({ code: 2 });
    expect(await holdpoint(['wait', 'apr_a'], { env: { HOLDPOINT_URL: 'http://127.0.0.1:1' } })).toMatchObject({ code: 3 });
  });
});

describe('holdpoint tail', () => {
  it('tells what happens in words, ends on Ctrl-C, and goes on where it was', async () => {
    const stop = new AbortController();
    const following = holdpoint(['tail', '--count', '1'], { signal: stop.signal });
    await new Promise(resolve => setTimeout(resolve, 300));
    const id = await ask();
    const { out, err } = await following;
    expect(out).toContain(id);
    expect(out).toContain('ApprovalRequested');
    const [, position = ''] = /--since (\S+)/.exec(err) ?? [];
    expect(position).toMatch(/^\d+$/);

    // What came in between is told first.
    const { out: resumed } = await holdpoint(['tail', '--since', position, '--count', '1', '--json']);
    expect(JSON.parse(resumed)).toMatchObject({ approvalId: id, type: 'GateEvaluated' });

    const endless = holdpoint(['tail'], { signal: stop.signal });
    await new Promise(resolve => setTimeout(resolve, 200));
    stop.abort();
    expect((await endless).code).toBe(0);
    expect(await holdpoint(['tail', '--count', 'many'])).toMatchObject({ code: 2 });
  });
});

describe('channels and addresses', () => {
  it('sets a channel up from standard input, links an account, sends a test, and takes it away', async () => {
    const { telegram } = fakes;
    const config = JSON.stringify({ botToken: telegram.botToken, apiUrl: `${fakes.origin}/telegram` });
    const connected = await holdpoint(['channel', 'connect', 'telegram', '--config', '-'], { input: config });
    expect(connected).toMatchObject({ code: 0, out: expect.stringContaining('/channels/telegram/') });
    expect(connected.out + connected.err).not.toContain(telegram.botToken);
    expect((await holdpoint(['channel', 'list'])).out).toMatch(/telegram +Telegram +set up/);

    expect(await holdpoint(['channel', 'test', 'telegram'])).toMatchObject({ code: expect.any(Number) as number });
    const { link } = await json<{ link: string }>(['address', 'add', 'telegram']);
    await telegram.start(77, new URL(link).searchParams.get('start')!);
    await expect.poll(async () => (await holdpoint(['address', 'list'])).out).toMatch(/telegram +77 +proved/);
    expect(await holdpoint(['channel', 'test', 'telegram'])).toMatchObject({ code: 0, out: expect.stringContaining('was sent') });
    expect(telegram.messages.at(-1)).toMatchObject({ chatId: 77, text: expect.stringContaining('test') });

    const wrong = await holdpoint(['channel', 'connect', 'telegram', '--config', '-'], { input: '{"botToken": "1:no", "apiUrl": 3}' });
    expect(wrong).toMatchObject({ code: 1, err: expect.stringContaining('/config/') });
    expect((await holdpoint(['channel', 'disconnect', 'telegram'])).code).toBe(0);
    expect((await holdpoint(['channel', 'disconnect', 'telegram'])).code).toBe(1);
  });

  it('shows the text to paste where a link cannot carry it, and proves a number by its code', async () => {
    const { slack, twilio } = fakes;
    const settings = {
      botToken: slack.botToken,
      signingSecret: slack.signingSecret,
      appId: slack.appId,
      apiUrl: `${fakes.origin}/slack/api/`,
    };
    expect((await holdpoint(['channel', 'connect', 'slack', '--config', '-'], { input: JSON.stringify(settings) })).code).toBe(0);
    expect((await holdpoint(['address', 'add', 'slack'])).out).toMatch(/send this text there: \S{20,}/);

    const { accountSid, authToken } = twilio;
    const sms = { accountSid, authToken, from: '+14155550100', apiUrl: `${fakes.origin}/twilio` };
    const input = JSON.stringify(sms);
    expect(await holdpoint(['channel', 'connect', 'sms', '--config', '-'], { input })).toMatchObject({ code: 1 });
    expect((await holdpoint(['channel', 'connect', 'sms', '--config', '-', '--untested'], { input })).out).toContain('untested');
    const { id } = await json<{ id: string }>(['address', 'add', 'sms', '+14155550123']);
    await expect.poll(() => twilio.messages.length).toBeGreaterThan(0);
    const [code = ''] = /\d{6}/.exec(twilio.messages.at(-1)!.body ?? '') ?? [];
    expect(await holdpoint(['address', 'verify', id, '000000'])).toMatchObject({ code: 1, err: expect.stringContaining('not the code') });
    expect(await holdpoint(['address', 'verify', id, code])).toMatchObject({ code: 0, out: expect.stringContaining('is proved') });
  });
});

describe('holdpoint replay-callbacks', () => {
  it('sends again under the same webhook-id', async () => {
    const id = await ask({ callback: { url: receiver.url('/again') } });
    await holdpoint(['approve', id]);
    const received = () => receiver.received.filter(({ path }) => path === '/again');
    await expect.poll(() => received().length, { timeout: 10_000 }).toBe(1);
    await expect.poll(async () => (await holdpoint(['replay-callbacks', id])).code, { timeout: 5_000 }).toBe(0);
    await expect.poll(() => received().length, { timeout: 10_000 }).toBeGreaterThan(1);
    const [first, second] = received().map(({ headers }) => headers['webhook-id']);
    expect(second).toBe(first);
  });

  it('says what it needs, and what it sent again', async () => {
    expect(await holdpoint(['replay-callbacks'])).toMatchObject({ code: 2 });
    expect(await holdpoint(['replay-callbacks', '--endpoint', 'default'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('--from'),
    });
    expect(await holdpoint(['replay-callbacks', '--endpoint', 'default', '--from', 'yesterday'])).toMatchObject({ code: 2 });
    const none = await holdpoint(['replay-callbacks', '--endpoint', 'default', '--from', '2026-01-01T00:00:00Z']);
    expect(none).toMatchObject({ code: 0, out: 'Nothing to send again.\n' });
    expect(await holdpoint(['replay-callbacks', 'apr_aaaaaaaaaaaaaaaaaaaaaaaaaa'])).toMatchObject({ code: 1 });
  });
});

describe('holdpoint doctor', () => {
  it('finds an installation well, and says what to know of it', async () => {
    const { code, out } = await holdpoint(['doctor']);
    expect(out).toMatch(/ok {4}console +answers at/);
    expect(out).toMatch(/ok {4}event store +takes appends/);
    expect(out).toMatch(/note {2}solo mode/);
    expect(out).toMatch(/clock of the console +agrees/);
    expect(code, out).toBe(0);
  });

  it('sends a test on every channel when asked to, and says which does not work', async () => {
    fakes.slack.state.scopes.splice(0, 3);
    const { code, out } = await holdpoint(['doctor', '--send-tests']);
    expect(code).toBe(1);
    expect(out).toMatch(/BAD {3}channel slack/);
    expect(out).toContain('docs/channels/slack.md');
  });

  it('names what is disabled or gone, secrets that others may read, and ends with 3 where nothing answers', async () => {
    const findings = async (options: Options = {}) =>
      (await json<{ findings: { check: string; state: string; todo?: string }[] }>(['doctor'], options)).findings;
    chmodSync(join(world.dataDir, 'credentials.json'), 0o644);
    expect(await findings()).toContainEqual(
      expect.objectContaining({ check: 'secrets', state: 'bad', todo: expect.stringContaining('chmod 600') }),
    );
    chmodSync(join(world.dataDir, 'credentials.json'), 0o600);

    await world.json('POST', '/api/endpoints', { id: 'shop', url: receiver.url('/gone') });
    receiver.script('/gone', { status: 410 });
    const id = await ask({ callback: 'shop' });
    expect((await holdpoint(['approve', id])).code).toBe(0);
    await expect.poll(findings, { timeout: 10_000 }).toContainEqual(expect.objectContaining({ check: 'endpoint shop', state: 'bad' }));
    const without = await findings({ env: { HOLDPOINT_URL: 'http://127.0.0.1:1' } });
    expect(without).toContainEqual(
      expect.objectContaining({ check: "agents' API", state: 'bad', todo: expect.stringContaining('npm start') }),
    );
    const nothing = { env: { HOLDPOINT_URL: 'http://127.0.0.1:1', HOLDPOINT_CONSOLE_URL: 'http://127.0.0.1:1' } };
    expect((await holdpoint(['doctor'], nothing)).code).toBe(3);
  });
});
