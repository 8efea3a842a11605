import type { Message, MessageAction } from './channel.ts';

const APPROVAL_ID = 'apr_aaaaaaaaaaaaaaaaaaaaaaaaaa';

/** A handle as the engine makes them: 55 characters, different for each verb. */
export const handleFor = (verb: MessageAction['verb']): string =>
  `hp1${APPROVAL_ID.slice('apr_'.length)}${{ approve: 'b', reject: 'c', claim: 'd' }[verb].repeat(26)}`;

export const actionFor = (verb: MessageAction['verb']): MessageAction => ({
  verb,
  label: { approve: 'Approve', reject: 'Reject', claim: 'I take it' }[verb],
  handle: handleFor(verb),
  url: `https://approvals.example.test/a/${handleFor(verb)}`,
});

/** A request that waits for Ada, as a channel gets it. */
export const aMessage = (more: Partial<Message> = {}): Message => ({
  kind: 'request',
  title: 'Approval needed: issue_refund (high risk)',
  lines: ['An agent asks before it acts.', 'Decide before 2026-11-22 13:00 UTC (in 60 minutes); after that it counts as not approved.'],
  fields: [
    { label: 'Proposal', text: 'Refund $245.00', cut: false },
    { label: 'Summary', text: 'The lamp arrived broken.', cut: false },
  ],
  riskLevel: 'high',
  organization: 'Example & Sons',
  approvalId: APPROVAL_ID,
  link: { label: 'Look and decide', url: `https://approvals.example.test/approvals/${APPROVAL_ID}` },
  actions: [actionFor('approve'), actionFor('reject')],
  replyCode: null,
  expiresAt: '2026-11-22T13:00:00.000Z',
  deadline: '2026-11-22 13:00 UTC',
  language: 'en',
  wordsIn: 'en',
  ...more,
});
