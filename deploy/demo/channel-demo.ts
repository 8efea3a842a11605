import { startFakeProviders } from '@holdpoint/testing';
import { ASKS } from './assistant.ts';
import type { DemoChannel, Stage } from './channels/demo-channel.ts';
import { history, playScene, sceneLines, type SceneReport } from './scene.ts';
import type { World } from './world.ts';

export type ChannelReport = SceneReport & {
  channel: string;
  addressId: string;
  /** Setting the channel up, and proving the owner's address, milliseconds. */
  setupMs: { connect: number; enrol: number };
  /** What the operators' API said of a test message. */
  test: string;
};

/** How long an answer from a channel may take to decide, seconds. */
const ANSWER_SEC_MAX = 30;

type Listed = { items: { id: string; channel: string; verified: boolean }[] };

/**
 * A decision from one channel: it is set up and the owner's address proved through the operators' API as docs/channels tells, then an assistant's run
 * pauses, the owner approves from there, and the run goes on.
 * @throws Error that names the step that did not go as described
 */
export const playChannel = async (world: World, id: string, channel: DemoChannel, say: (line?: string) => void): Promise<ChannelReport> => {
  const fakes = await startFakeProviders();
  const { api, mail, stack } = world;
  const { email, password } = stack.credentials;
  const stage: Stage = { fakes, mail, api, consoleUrl: stack.consoleUrl, owner: { email, password } };
  try {
    const [hookUrl, connect] = await timed(() => connectChannel(stage, id, channel));
    say(`\n${channel.displayName} is set up (PUT /api/channels/${id}).`);
    const [, enrol] = await timed(() => channel.enrol(stage, hookUrl));
    const own = (await api.get<Listed>('/api/addresses')).items.find(address => address.channel === id && address.verified);
    if (own === undefined) throw new Error(`the owner's ${channel.displayName} address was not proved`);
    say(`The owner's address is proved (${own.id}).`);
    // A new number waits a day before it may approve; a demo does not.
    await api.put('/api/organization/channel-policy', { policy: { coolDownSec: 0 } });
    const { outcome } = await api.post<{ outcome: string }>(`/api/channels/${id}/test`, {});
    if (outcome !== 'sent') throw new Error(`the test message was ${outcome}`);
    say('A test message arrived.');

    let toldAt: number | null = null;
    let approve: (() => Promise<void>) | null = null;
    const report = await playScene(world, {
      name: id,
      ask: ASKS.channel,
      patienceSec: ANSWER_SEC_MAX,
      alertedAt: approvalId => {
        approve ??= channel.alerted(stage, approvalId, hookUrl);
        if (approve !== null) toldAt ??= performance.now();
        return toldAt;
      },
      decide: async approvalId => {
        await onRecord(world, approvalId);
        say(`\n── A refund of $60: the owner ${channel.answers}`);
        await approve!();
      },
    });
    for (const line of sceneLines(report)) say(line);
    return { ...report, channel: id, addressId: own.id, setupMs: { connect, enrol }, test: outcome };
  } finally {
    await fakes.close();
  }
};

/** Nobody answers faster than the alert is on record; a script would. */
const onRecord = async ({ api }: World, approvalId: string): Promise<void> => {
  for (let tries = 0; tries < 200; tries++) {
    if ((await history(api, approvalId)).some(({ type }) => type === 'NotificationSent')) return;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  throw new Error(`the alert about ${approvalId} is not on record`);
};

/** @returns the address that the provider calls */
const connectChannel = async (stage: Stage, id: string, channel: DemoChannel): Promise<string> => {
  const config = channel.settings(stage);
  const save = (more: { untested?: true }) => stage.api.put<{ hookUrl: string }>(`/api/channels/${id}`, { config, ...more });
  const { hookUrl } = await save(channel.untested ? { untested: true } : {});
  await channel.enterHook?.(stage, hookUrl);
  if (channel.untested) await save({});
  return hookUrl;
};

const timed = async <T>(act: () => Promise<T>): Promise<[T, number]> => {
  const startedAt = performance.now();
  const result = await act();
  return [result, Math.round((performance.now() - startedAt) * 10) / 10];
};
