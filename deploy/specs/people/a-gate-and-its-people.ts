import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Approvers, EscalationLevel } from '@holdpoint/contracts';
import {
  joinByInvitation,
  RUN_LIFETIME_MS,
  startAssistantsFake,
  startSmtpCatcher,
  type AssistantsFake,
  type CaughtMail,
  type SmtpCatcher,
} from '@holdpoint/testing';
import { buildAll } from '../../build/build-all.ts';
import { startFreeStack, type FreeStack } from '../../local/free-stack.ts';
import { findOrInstall } from '../../setup/debian-package.ts';

/** A member as the specs speak of one: by name, reached by mail. */
export type Member = { id: string; name: string; email: string };
export type Entry = { type: string; at: string; data: Record<string, unknown> };
export type Answer = { status: number; body: Record<string, unknown> };

export type GateAndPeople = {
  stack: FreeStack;
  members: Record<Name, Member>;
  mail: SmtpCatcher;
  /** An assistants-compatible server that this installation may resume runs of, as connection `assistants`. */
  assistants: AssistantsFake;
  /** A run of it that waits for its calls, and ends so many seconds from now. */
  pausedRun(leftSec: number): Promise<{ threadId: string; runId: string; calls: string[]; expiresAt: number }>;
  /** A call of the agents' API as the agent. @throws Error with the answer, unless it is 2xx */
  agent<T = unknown>(method: string, path: string, body?: unknown): Promise<T>;
  /** A call of the operators' API as the owner. @throws Error with the answer, unless it is 2xx */
  api<T = unknown>(method: string, path: string, body?: unknown): Promise<T>;
  /** The same, whatever the answer. */
  call(method: string, path: string, body?: unknown): Promise<Answer>;
  /** An agent asks through the agents' API. @returns its answer */
  ask(tool: string, more?: { amount?: number } & Record<string, unknown>): Promise<{ id: string; expiresAt: string }>;
  /** What the agent is told about an approval. */
  told(id: string): Promise<{ status: string; expiresAt: string; decision: { by: { kind: string; id: string } } | null }>;
  /** The recorded events of an approval, alerts among them, once there are `count` of `type`. */
  until(id: string, type: string, count?: number): Promise<Entry[]>;
  /** Mails about an approval to one member, once there are `count`. */
  mailsTo(member: Member, text: string, count?: number): Promise<CaughtMail[]>;
  /** Mails about an approval to one member that have come so far. */
  mailedTo(member: Member, text: string): CaughtMail[];
  /** Runs the command line as a person would. */
  holdpoint(...words: string[]): Promise<{ code: number | null; out: string; err: string }>;
  close(): Promise<void>;
};

/** All but the last are operators; she is an admin whom no route asks, so what comes to her comes to those who run the gate. */
const NAMES = ['quinn', 'wade', 'ava', 'ben', 'cleo', 'dora', 'hugo', 'fay', 'rita', 'hal', 'ian', 'joan', 'alma'] as const;
export type Name = (typeof NAMES)[number];

/** Longest wait for something to happen, milliseconds: far more than it takes. */
const PATIENCE_MS = 20_000;
const LOOK_MS = 50;
const cli = fileURLToPath(new URL('../../../libs/cli/holdpoint.mjs', import.meta.url));

/** Approvers that are named people. */
export const people = (...members: readonly Member[]): Approvers => ({ roles: [], operators: members.map(({ id }) => id) });
/** A rung of a ladder, seconds after the one before. */
export const rung = (afterSec: number, targets: Approvers, more: Partial<EscalationLevel> = {}) => ({ afterSec, targets, ...more });

/** Holdpoint as it is installed, every process and a broker, with a mail server and an assistants server outside, and members. */
export const startGateAndPeople = async (): Promise<GateAndPeople> => {
  buildAll();
  const [mail, runs] = await Promise.all([startSmtpCatcher(), startRuns()]);
  const found = findOrInstall('nats-server', 'nats-server', () => {});
  const stack = await startFreeStack({
    mode: 'all-in-one',
    natsServer: 'path' in found ? found.path : null,
    env: {
      NOTIFICATION_SMTP_URL: mail.url,
      NOTIFICATION_EMAIL_FROM: 'Holdpoint <holdpoint@example.test>',
      HOLDPOINT_DEADLINE_SEC_MIN: '1',
    },
  });
  const { api, call, agent } = callsOf(stack);
  const { baseUrl, apiKey } = runs.assistants;
  await api('POST', '/api/connections', { id: 'assistants', provider: 'openai.assistants', baseUrl, apiKey });
  let asked = 0;
  return {
    stack,
    mail,
    ...runs,
    api,
    call,
    agent,
    ...lookingAt(api, mail),
    members: await joined(stack, mail),
    ask: (tool, { amount = 245, ...more } = {}) => {
      asked += 1;
      return agent('POST', '/v1/approvals', {
        source: 'custom',
        runId: `run_${asked}`,
        toolCallId: 'call_1',
        arguments: { contextSummary: 'Order A-1 arrived broken', proposedAction: 'Refund it', entityId: 'A-1', riskLevel: 'medium' },
        action: { name: tool, args: { order_id: 'A-1', amount, currency: 'USD' } },
        ...more,
      });
    },
    told: id => agent('GET', `/v1/approvals/${id}`),
    holdpoint: (...words) =>
      new Promise(resolve => {
        const child = spawn(process.execPath, [cli, ...words, '--data', stack.dataDir, '--console', stack.consoleUrl]);
        const said = { out: '', err: '' };
        child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
        child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()));
        child.once('close', code => resolve({ code, ...said }));
      }),
    close: async () => {
      await stack.stop();
      await Promise.all([mail.close(), runs.assistants.close()]);
    },
  };
};

/** Both public interfaces, as the owner and as the agent. */
const callsOf = ({ credentials, consoleUrl, ingestUrl }: FreeStack): Pick<GateAndPeople, 'api' | 'call' | 'agent'> => {
  const send = async (url: string, key: string, method: string, body?: unknown): Promise<Answer> => {
    const reply = await fetch(url, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await reply.text();
    return { status: reply.status, body: text === '' ? {} : (JSON.parse(text) as Answer['body']) };
  };
  const succeed = async (said: Promise<Answer>, what: string) => {
    const { status, body } = await said;
    if (status >= 300) throw new Error(`${what}: ${status} ${JSON.stringify(body)}`);
    return body as never;
  };
  const call: GateAndPeople['call'] = (method, path, body) => send(consoleUrl + path, credentials.personalAccessToken, method, body);
  return {
    call,
    api: (method, path, body) => succeed(call(method, path, body), `${method} ${path}`),
    agent: (method, path, body) => succeed(send(ingestUrl + path, credentials.apiKey, method, body), `${method} ${path}`),
  };
};

/** What is recorded, and what mail came. */
const lookingAt = (api: GateAndPeople['api'], mail: SmtpCatcher): Pick<GateAndPeople, 'until' | 'mailsTo' | 'mailedTo'> => {
  const mailedTo: GateAndPeople['mailedTo'] = ({ email }, text) =>
    mail.messages.filter(({ to, raw }) => to.includes(email) && raw.includes(text));
  return {
    mailedTo,
    until: async (id, type, count = 1) => {
      const end = Date.now() + PATIENCE_MS;
      for (;;) {
        const { items } = await api<{ items: Entry[] }>('GET', `/api/approvals/${id}/events`);
        if (items.filter(entry => entry.type === type).length >= count) return items;
        if (Date.now() > end) throw new Error(`${id} has not ${count} ${type}: ${JSON.stringify(items)}`);
        await delay(LOOK_MS);
      }
    },
    mailsTo: async (member, text, count = 1) => {
      const end = Date.now() + PATIENCE_MS;
      while (mailedTo(member, text).length < count) {
        if (Date.now() > end) throw new Error(`${member.name} had ${mailedTo(member, text).length} mails with ${text}, not ${count}`);
        await delay(LOOK_MS);
      }
      return mailedTo(member, text);
    },
  };
};

/** An assistants server, and runs of it that have only so much of their time left. */
const startRuns = async (): Promise<Pick<GateAndPeople, 'assistants' | 'pausedRun'>> => {
  let aheadMs = 0;
  const assistants = await startAssistantsFake({ clock: () => Date.now() + aheadMs });
  return {
    assistants,
    pausedRun: async leftSec => {
      aheadMs = leftSec * 1_000 - RUN_LIFETIME_MS;
      const { threadId, runId } = assistants.startRun();
      while (assistants.run(runId).status !== 'requires_action') await delay(LOOK_MS);
      aheadMs = 0;
      const { pending, createdMs } = assistants.run(runId);
      return { threadId, runId, calls: pending.map(({ id }) => id), expiresAt: Math.floor((createdMs + RUN_LIFETIME_MS) / 1_000) };
    },
  };
};

/** Adds the members. They are named in the order of their ids: what takes the first of several by id takes the first by `NAMES`. */
const joined = async ({ consoleUrl, credentials }: FreeStack, mail: SmtpCatcher): Promise<Record<Name, Member>> => {
  const add = async (email: string, role: string) => {
    const token = credentials.personalAccessToken;
    const { operatorId } = await joinByInvitation({ consoleUrl, token, email, name: email, roles: [role], mail });
    return { id: operatorId, email };
  };
  const operators = await Promise.all(NAMES.slice(1).map((_, index) => add(`member-${index}@example.test`, 'operator')));
  const inOrder = [...operators.toSorted((one, other) => (one.id < other.id ? -1 : 1)), await add('alma@example.test', 'admin')];
  return Object.fromEntries(inOrder.map((member, index) => [NAMES[index], { ...member, name: NAMES[index] }])) as Record<Name, Member>;
};

/** Data of the recorded events of one type. */
export const dataOf = (entries: readonly Entry[], type: string): Record<string, unknown>[] =>
  entries.filter(entry => entry.type === type).map(({ data }) => data);
