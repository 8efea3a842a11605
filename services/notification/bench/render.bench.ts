import { createSecretKey, type KeyObject } from 'node:crypto';
import { actionFor } from '../src/channels/a-message.fixture.ts';
import { CHANNELS } from '../src/channels/registry.ts';
import { composeMessage, type Alert } from '../src/compose-message.ts';
import { HANDLES_PURPOSE, handleOf } from '../src/handles.ts';

const ROUNDS = 2_000;
const APPROVAL_ID = 'apr_aaaaaaaaaaaaaaaaaaaaaaaaaa';
const ALERT: Alert = {
  kind: 'request',
  approvalId: APPROVAL_ID,
  organization: 'Example & Sons',
  operatorName: 'Ada',
  riskLevel: 'low',
  text: {
    actionName: 'issue_refund',
    proposedAction: 'Refund $245 for order A-1 to the card ending in 1881, see https://shop.example/orders/A-1',
    entityId: 'A-1',
    contextSummary: 'Order A-1 arrived broken; the customer sent photographs and asks for the money back. '.repeat(5),
  },
  expiresAt: '2026-11-22T13:00:00.000Z',
  escalateAt: '2026-11-22T12:05:00.000Z',
  at: '2026-11-22T12:00:00.000Z',
  link: { label: 'Look and decide', url: `https://approvals.example.test/approvals/${APPROVAL_ID}` },
};

/** CPU of composing one alert with its handles and giving it each channel's form, microseconds. Sending is not in it. */
export const measureRendering = (): Record<string, number> => {
  const key = createSecretKey(Buffer.alloc(32, HANDLES_PURPOSE));
  const channels = CHANNELS.filter(({ id }) => id !== 'inbox');
  // All of them first, for they share most of their code.
  for (const channel of channels) for (let round = 0; round < ROUNDS; round += 1) once(channel, key, round);
  return Object.fromEntries(
    channels.map(channel => {
      const before = process.cpuUsage();
      for (let round = 0; round < ROUNDS; round += 1) once(channel, key, round);
      const { user, system } = process.cpuUsage(before);
      return [channel.id, Math.round((user + system) / ROUNDS)];
    }),
  );
};

const once = (channel: (typeof CHANNELS)[number], key: KeyObject, round: number): void => {
  const actions = (['approve', 'reject', 'claim'] as const).map(verb => ({
    ...actionFor(verb),
    handle: handleOf(key, {
      approvalId: APPROVAL_ID,
      attemptId: `ntf_${round}`,
      operatorId: 'opr_ada',
      verb,
      stepIndex: 0,
      shownRevision: 2,
    }),
  }));
  channel.render(
    composeMessage(ALERT, {
      capabilities: channel.capabilities,
      template: null,
      language: 'en',
      actions,
      replyCode: channel.capabilities.interactive === 'reply_text' ? 'K7Q2M' : null,
      secrets: [],
    }),
  );
};
