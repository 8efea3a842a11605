import { assertApproved, verifyReceipt } from '@holdpoint/sdk';
import type OpenAI from 'openai';
import { type ASKS, INSTRUCTIONS, requestFor } from './assistant.ts';
import type { OperatorsApi } from './operators-api.ts';
import type { World } from './world.ts';

/** One scene: what the customer says, how a person hears of it, and what they do. */
export type Scene = {
  /** Names the scene in the report and the app's callback address. */
  name: string;
  ask: (typeof ASKS)['approve'];
  /** Deadline of the request, seconds; the policy's unless given. */
  deadlineSec?: number;
  /** When the alert about an approval arrived, as `performance.now()` counts; null while it did not. */
  alertedAt: (approvalId: string) => number | null;
  decide: (approvalId: string) => Promise<void>;
  /** How long the decision may take, seconds; the paused run itself lives ten minutes. */
  patienceSec: number;
};

export type SceneReport = {
  scene: string;
  approvalId: string;
  threadId: string;
  runId: string;
  status: string;
  runStatus: string;
  answer: string;
  legsMs: Record<'accept' | 'alert' | 'decision' | 'callback' | 'resumedAndFinished', number>;
  events: number;
  eventTypes: string[];
  callbackSignature: 'verified';
  receipt: 'verified';
};

type HistoryEntry = { stream: string; revision: number; type: string; at: string; actor: string; summary: string };

/** Plays one scene from the customer's message to the assistant's answer. @throws Error that names what did not happen */
export const playScene = async (world: World, { name, ask, deadlineSec, alertedAt, decide, patienceSec }: Scene): Promise<SceneReport> => {
  const { openai, holdpoint, api, app } = world;
  const assistant = await openai.beta.assistants.create({ model: 'gpt-demo', instructions: INSTRUCTIONS });
  const thread = await openai.beta.threads.create({ messages: [{ role: 'user', content: ask.says }] });
  const paused = await openai.beta.threads.runs.createAndPoll(thread.id, { assistant_id: assistant.id }, { pollIntervalMs: 10 });
  if (paused.status !== 'requires_action') throw new Error(`the run did not pause: ${paused.status}`);

  const path = `/callback/${name}`;
  const startedAt = performance.now();
  const accepted = await holdpoint.request(requestFor(paused, ask, app.url(path), deadlineSec) as never);
  const acceptedAt = performance.now();
  await eventually(() => alertedAt(accepted.id) !== null, 10_000, `nobody was told of ${accepted.id}`);
  const toldAt = alertedAt(accepted.id)!;
  await decide(accepted.id);

  const decided = await holdpoint.wait(accepted.id, { timeoutSec: patienceSec });
  if (decided.status === 'pending') throw new Error(`${accepted.id} was not decided within ${patienceSec} s`);
  const callbacks = () => app.received.filter(call => call.path === path);
  await eventually(() => callbacks().length > 0, 10_000, `no callback for ${accepted.id}`);
  const callback = callbacks()[0]!;
  // Holdpoint resumes the run by itself; until then it stands at requires_action, where the SDK's poll would stop at once.
  const resumed = async () => (await openai.beta.threads.runs.retrieve(paused.id, { thread_id: thread.id })).status !== 'requires_action';
  await eventually(resumed, 30_000, `the run of ${accepted.id} was not resumed`);
  const run = await openai.beta.threads.runs.poll(paused.id, { thread_id: thread.id }, { pollIntervalMs: 10 });
  const resumedAt = performance.now();
  const [answer] = (await openai.beta.threads.messages.list(thread.id)).data;

  const decision = await checkAnswer(world, callback);
  const events = await wholeHistory(api, accepted.id);
  const ms = (from: number, to: number) => Math.max(0, Math.round((to - from) * 10) / 10);
  // The decision's own instant, so that it does not matter who heard of it first; whole milliseconds.
  const decidedAt = Date.parse(decision.decidedAt) - performance.timeOrigin;
  return {
    scene: name,
    approvalId: accepted.id,
    threadId: thread.id,
    runId: paused.id,
    status: decided.status,
    runStatus: run.status,
    answer: textOf(answer),
    legsMs: {
      accept: ms(startedAt, acceptedAt),
      alert: ms(acceptedAt, toldAt),
      decision: ms(acceptedAt, decidedAt),
      callback: ms(decidedAt, callback.atMs),
      resumedAndFinished: ms(decidedAt, resumedAt),
    },
    events: events.length,
    eventTypes: events.map(entry => entry.type),
    callbackSignature: 'verified',
    receipt: 'verified',
  };
};

/** What an app does with the answer: checks the signature on the raw bytes, then the receipt, then the action itself. */
const checkAnswer = async ({ holdpoint, stack }: World, { rawBody, headers }: World['app']['received'][number]) => {
  const decision = holdpoint.verifyCallback(rawBody, headers as Record<string, string>);
  const jwks = (await (await fetch(`${stack.ingestUrl}/.well-known/jwks.json`)).json()) as Parameters<typeof verifyReceipt>[1];
  verifyReceipt(decision.receipt, jwks);
  if (decision.approved) assertApproved(decision, decision.approvedAction!.name, decision.approvedAction!.args);
  return decision;
};

/** Everything on record about one approval. */
export const history = async (api: OperatorsApi, id: string) =>
  (await api.get<{ items: HistoryEntry[] }>(`/api/approvals/${id}/events`)).items;

/** The same once all of it is there: what was sent and what came back is recorded a moment after it happened. */
const wholeHistory = async (api: OperatorsApi, id: string): Promise<HistoryEntry[]> => {
  let events: HistoryEntry[] = [];
  const missing = () => ['NotificationSent', 'CallbackDelivered', 'RunResumed'].filter(type => !events.some(event => event.type === type));
  const isWhole = async () => {
    events = await history(api, id);
    return missing().length === 0;
  };
  await eventually(isWhole, 10_000, () => `of ${id} there is no ${missing().join(' and no ')} on record`);
  return events;
};

const textOf = (message: OpenAI.Beta.Threads.Message | undefined): string =>
  message?.content.map(part => (part.type === 'text' ? part.text.value : '')).join('') ?? '';

const eventually = async (holds: () => boolean | Promise<boolean>, withinMs: number, otherwise: string | (() => string)) => {
  const end = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(typeof otherwise === 'string' ? otherwise : otherwise());
    await new Promise(resolve => setTimeout(resolve, 10));
  }
};

/** The report of a scene, in lines. */
export const sceneLines = (report: SceneReport): string[] => [
  `   approval ${report.approvalId}   run ${report.runId} (${report.runStatus})   decision: ${report.status}`,
  `   legs, ms: ${Object.entries(report.legsMs)
    .map(([leg, ms]) => `${leg} ${ms}`)
    .join(' · ')}`,
  `   callback signature ${report.callbackSignature} · receipt ${report.receipt}`,
  `   ${report.events} events: ${report.eventTypes.join(' → ')}`,
  `   the assistant: “${report.answer}”`,
];
