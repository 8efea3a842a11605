import { ceilingOf, isAbove, type MessageHandle, type RiskLevel } from '@holdpoint/contracts';
import type { MessageAction } from './channels/channel.ts';
import { mayApproveSince } from './cool-down.ts';
import type { Deps } from './deps.ts';
import { codeHashOf, handleOf, hashOf, replyCodeOf, type Binding } from './handles.ts';
import type { Recipient } from './recipients.ts';
import type { Round } from './round.ts';

/** What a message lets its reader decide, and what the log keeps of it. */
export type Offer = { actions: MessageAction[]; replyCode: string | null; handles: MessageHandle[] };
const NOTHING: Offer = { actions: [], replyCode: null, handles: [] };

const LABELS: Readonly<Record<MessageHandle['verb'], string>> = { approve: 'Approve', reject: 'Reject', claim: 'I take it' };

/**
 * Approve only up to the channel's ceiling and from an address that is not too new, reject always, and take it on where there is room for a button.
 * Above the ceiling the message still leads to the console.
 */
export const offerOf = (deps: Deps, round: Round, tenant: string, approvalId: string, to: Recipient): Offer => {
  const { stepIndex, shownRevision, riskLevel } = round;
  if (shownRevision === undefined) return NOTHING;
  const { interactive, actionsMax } = deps.channels.describe(to.channel).capabilities;
  if (interactive === 'none') return NOTHING;
  const { operatorId, attemptId } = to;
  const binding = { approvalId, attemptId, operatorId, stepIndex, shownRevision };
  const approves = mayApprove(deps, tenant, to, riskLevel);

  if (interactive === 'reply_text') {
    const { code, hash } = codeFor(deps, binding);
    const verbs: MessageHandle['verb'][] = approves ? ['approve', 'reject'] : ['reject'];
    return { actions: [], replyCode: code, handles: verbs.map(verb => ({ verb, hash })) };
  }
  const verbs: MessageHandle['verb'][] = [...(approves ? (['approve'] as const) : []), 'reject', 'claim'];
  const actions = verbs.slice(0, actionsMax).map(verb => {
    const handle = handleOf(deps.handleKey, { ...binding, verb });
    return { verb, label: LABELS[verb], handle, url: `${deps.publicUrl}/a/${handle}` };
  });
  return { actions, replyCode: null, handles: actions.map(({ verb, handle }) => ({ verb, hash: hashOf(handle) })) };
};

/** The first code that this person does not have open for something else. */
const codeFor = ({ codes, offered, handleKey }: Deps, binding: Omit<Binding, 'verb'>): { code: string; hash: string } => {
  let counter = 0;
  for (;;) {
    const code = replyCodeOf(handleKey, binding, counter);
    const hash = codeHashOf(handleKey, binding.operatorId, code);
    // Eight in a row are a chance of one in 10^40; then an ambiguous code is refused when it is answered with.
    const justOffered = offered.in(hash);
    const isTaken = codes.isTaken(binding.operatorId, hash) || (justOffered !== null && justOffered.attemptId !== binding.attemptId);
    if (counter === CODE_TRIES_MAX || !isTaken) return { code, hash };
    counter += 1;
  }
};
const CODE_TRIES_MAX = 8;

const mayApprove = (deps: Deps, tenant: string, { channel, verifiedAt }: Recipient, risk: RiskLevel): boolean => {
  if (channel === 'inbox') return false;
  const policy = deps.directory.channelPolicy(tenant);
  return !isAbove(risk, ceilingOf(policy, channel)) && mayApproveSince(policy, channel, verifiedAt, deps.now());
};
