import { verifyReceipt } from '@holdpoint/sdk';
import { assertApproved, Holdpoint } from '@holdpoint/sdk';
import { startAssistantsFake, startCallbackReceiver, startSmtpCatcher, type CallbackReceiver, type SmtpCatcher } from '@holdpoint/testing';
import OpenAI from 'openai';
import { buildAll } from '../build/build-all.ts';
import { type FreeStack, startFreeStack } from '../local/free-stack.ts';
import { findOrInstall } from '../setup/debian-package.ts';
import { ASKS, demoModel, INSTRUCTIONS, requestFor } from './assistant.ts';
import { demoPolicy, TIMEOUT_SCENE_DEADLINE_SEC } from './demo-policy.ts';
import { type OperatorsApi, operatorsApi } from './operators-api.ts';

const auto = process.argv.includes('--auto');
const json = process.argv.includes('--json');
const say = (line = '') => void (json || process.stdout.write(`${line}\n`));
/** How long a person has to click in the interactive demo, milliseconds: the paused run itself lives ten minutes. */
const PATIENCE_MS = 540_000;

type World = { stack: FreeStack; openai: OpenAI; holdpoint: Holdpoint; api: OperatorsApi; mail: SmtpCatcher; app: CallbackReceiver };
type HistoryEntry = { stream: string; revision: number; type: string; at: string; actor: string; summary: string };
type SceneReport = {
  scene: string;
  approvalId: string;
  threadId: string;
  runId: string;
  status: string;
  runStatus: string;
  answer: string;
  legsMs: Record<string, number>;
  events: number;
  eventTypes: string[];
  mails: number;
  callbackSignature: 'verified';
  receipt: 'verified';
};

const main = async () => {
  say('Holdpoint demo: an assistant pauses, a person decides, the run resumes.\n');
  buildAll();
  const world = await openWorld();
  try {
    // The third scene waits for its deadline, so it starts first and is told last.
    const timeout = runScene(world, 'timeout', async () => {});
    timeout.catch(() => {});
    const reports = [
      tell(await runScene(world, 'approve', id => decide(world, id, 'approve', { note: 'Photographs checked.' }))),
      tell(
        await runScene(world, 'modify', id =>
          decide(world, id, 'modify', {
            note: 'Half is fair for a late delivery.',
            action: { name: 'issue_refund', args: { order_id: 'B-7', amount: 90, currency: 'USD' } },
          }),
        ),
      ),
      tell(await timeout),
    ];
    if (json)
      process.stdout.write(
        `${JSON.stringify({ consoleUrl: world.stack.consoleUrl, transport: world.stack.natsUrl ? 'nats' : 'inProcess', scenes: reports })}\n`,
      );
  } finally {
    await world.app.close();
    await world.mail.close();
    await world.stack.stop();
  }
};

/** The outside world (run API, mail server, the app's callback address) and a Holdpoint of its own, set up through the operators' API. */
const openWorld = async (): Promise<World> => {
  const found = findOrInstall('nats-server', 'nats-server', say);
  if ('missing' in found) say(`${found.missing}\nThe demo runs on the in-process transport.`);
  const [fake, mail, app] = await Promise.all([startAssistantsFake({ model: demoModel }), startSmtpCatcher(), startCallbackReceiver()]);
  const stack = await startFreeStack({
    mode: 'all-in-one',
    natsServer: 'path' in found ? found.path : null,
    env: {
      NOTIFICATION_SMTP_URL: mail.url,
      NOTIFICATION_EMAIL_FROM: 'Holdpoint <holdpoint@example.test>',
      HOLDPOINT_DEADLINE_SEC_MIN: String(TIMEOUT_SCENE_DEADLINE_SEC),
    },
    say,
  });
  const { credentials } = stack;
  const api = operatorsApi(stack.consoleUrl, credentials.personalAccessToken);
  await api.post('/api/policies', { document: demoPolicy, activate: true });
  await api.post('/api/connections', { id: 'demo_assistants', provider: 'openai.assistants', baseUrl: fake.baseUrl, apiKey: fake.apiKey });
  await api.post('/api/members', { email: 'sam.senior@example.test', name: 'Sam Senior', roles: ['senior'] });
  if (!auto) {
    say(`\nConsole   ${stack.consoleUrl}`);
    say(`Sign in   ${credentials.email}  /  ${credentials.password}\n`);
  }
  return {
    stack,
    openai: new OpenAI({ apiKey: fake.apiKey, baseURL: fake.baseUrl, maxRetries: 0 }),
    holdpoint: new Holdpoint({
      baseUrl: stack.ingestUrl,
      apiKey: credentials.apiKey,
      webhookSecret: credentials.webhookSecret,
      publicKey: credentials.webhookPublicKey,
    }),
    api,
    mail,
    app,
  };
};

/** Decides by script with `--auto`; otherwise prints the link and waits for a person to click. */
const decide = async (world: World, id: string, verb: 'approve' | 'modify', body: unknown) => {
  if (auto) await world.api.post(`/api/approvals/${id}/${verb}`, body);
  else say(`→ Your turn: open ${world.stack.consoleUrl}/approvals/${id} and ${verb} it.`);
};

/** One scene from the customer's message to the assistant's answer. */
const runScene = async (world: World, scene: keyof typeof ASKS, decideNow: (id: string) => Promise<void>): Promise<SceneReport> => {
  const { openai, holdpoint, api, mail, app } = world;
  const ask = ASKS[scene];
  const assistant = await openai.beta.assistants.create({ model: 'gpt-demo', instructions: INSTRUCTIONS });
  const thread = await openai.beta.threads.create({ messages: [{ role: 'user', content: ask.says }] });
  const paused = await openai.beta.threads.runs.createAndPoll(thread.id, { assistant_id: assistant.id }, { pollIntervalMs: 10 });
  if (paused.status !== 'requires_action') throw new Error(`the run did not pause: ${paused.status}`);

  const path = `/callback/${scene}`;
  const startedAt = performance.now();
  const accepted = await holdpoint.request(
    requestFor(paused, ask, app.url(path), scene === 'timeout' ? TIMEOUT_SCENE_DEADLINE_SEC : undefined) as never,
  );
  const acceptedAt = performance.now();
  const mine = () => mail.messages.filter(message => message.raw.includes(accepted.id));
  await eventually(() => mine().length > 0, 10_000, `no mail about ${accepted.id}`);
  const mailedAt = mine()[0]!.atMs;
  await decideNow(accepted.id);

  const decided = await holdpoint.wait(accepted.id, { timeoutSec: PATIENCE_MS / 1_000 });
  const callbacks = () => app.received.filter(call => call.path === path);
  await eventually(() => callbacks().length > 0, 10_000, `no callback for ${accepted.id}`);
  const callback = callbacks()[0]!;
  // Holdpoint resumes the run by itself; until then it stands at requires_action, where the SDK's poll would stop at once.
  const resumed = async () => (await openai.beta.threads.runs.retrieve(paused.id, { thread_id: thread.id })).status !== 'requires_action';
  await eventually(resumed, 30_000, `the run of ${accepted.id} was not resumed`);
  const run = await openai.beta.threads.runs.poll(paused.id, { thread_id: thread.id }, { pollIntervalMs: 10 });
  const resumedAt = performance.now();
  const [answer] = (await openai.beta.threads.messages.list(thread.id)).data;

  // What an app does with the answer: check the signature on the raw bytes, then the receipt, then the action itself.
  const decision = holdpoint.verifyCallback(callback.rawBody, callback.headers as Record<string, string>);
  const jwks = (await (await fetch(`${world.stack.ingestUrl}/.well-known/jwks.json`)).json()) as Parameters<typeof verifyReceipt>[1];
  verifyReceipt(decision.receipt, jwks);
  if (decision.approved) assertApproved(decision, decision.approvedAction!.name, decision.approvedAction!.args);
  await eventually(
    async () => (await history(api, accepted.id)).some(entry => entry.type === 'RunResumed'),
    10_000,
    `the run of ${accepted.id} was not resumed`,
  );
  const events = await history(api, accepted.id);
  const ms = (from: number, to: number) => Math.max(0, Math.round((to - from) * 10) / 10);
  // The decision's own instant, so that it does not matter who heard of it first; whole milliseconds.
  const decidedAt = Date.parse(decision.decidedAt) - performance.timeOrigin;
  return {
    scene,
    approvalId: accepted.id,
    threadId: thread.id,
    runId: paused.id,
    status: decided.status,
    runStatus: run.status,
    answer: textOf(answer),
    legsMs: {
      accept: ms(startedAt, acceptedAt),
      mailOut: ms(acceptedAt, mailedAt),
      decision: ms(acceptedAt, decidedAt),
      callback: ms(decidedAt, callback.atMs),
      resumedAndFinished: ms(decidedAt, resumedAt),
    },
    events: events.length,
    eventTypes: events.map(entry => entry.type),
    mails: mine().length,
    callbackSignature: 'verified',
    receipt: 'verified',
  };
};

const history = async (api: OperatorsApi, id: string) => (await api.get<{ items: HistoryEntry[] }>(`/api/approvals/${id}/events`)).items;

const textOf = (message: OpenAI.Beta.Threads.Message | undefined): string =>
  message?.content.map(part => (part.type === 'text' ? part.text.value : '')).join('') ?? '';

const eventually = async (holds: () => boolean | Promise<boolean>, withinMs: number, otherwise: string) => {
  const end = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(otherwise);
    await new Promise(resolve => setTimeout(resolve, 10));
  }
};

const TITLES: Record<string, string> = {
  approve: '1  A refund of $245: a person approves',
  modify: '2  A refund of $180: a person changes it to $90',
  timeout: '3  A deletion nobody decides: it escalates, then expires as not approved',
};

const tell = (report: SceneReport): SceneReport => {
  say(`\n── ${TITLES[report.scene]}`);
  say(`   approval ${report.approvalId}   run ${report.runId} (${report.runStatus})   decision: ${report.status}`);
  say(
    `   legs, ms: ${Object.entries(report.legsMs)
      .map(([leg, ms]) => `${leg} ${ms}`)
      .join(' · ')}`,
  );
  say(`   ${report.mails} mail(s) went out · callback signature ${report.callbackSignature} · receipt ${report.receipt}`);
  say(`   ${report.events} events: ${report.eventTypes.join(' → ')}`);
  say(`   the assistant: “${report.answer}”`);
  return report;
};

main().then(
  () => process.exit(0),
  (error: Error) => {
    process.stderr.write(`\nThe demo stopped: ${error.message}\n`);
    process.exit(1);
  },
);
