import { isTerminal, type CommandReply, type MessageHandle, type RecordedEvent, type RefusalCode } from '@holdpoint/contracts';
import { readHistory } from '../alert-people.ts';
import type { Attempt } from '../attempts.ts';
import type { Outcome } from '../channels/channel.ts';
import { coolDownSec, mayApproveSince } from '../cool-down.ts';
import { decidedMessage } from '../neutralise.ts';
import { secretsOf } from '../secrets-of.ts';
import { answerKey, takenKey, type Answers } from './answers.ts';
import { isStale } from './is-stale.ts';
import { recordReply } from './record-reply.ts';
import type { Place, ReplyDeps } from './reply-deps.ts';
import { refusalWords, takenWords, tooEarlyWords, type ReplyRefusal, type ReplyWords } from './reply-words.ts';
import { sendCommand } from './send-command.ts';
import { told } from './words-for.ts';

/** Somebody answers a message, and is known to be the person it was sent to. */
export type Said = {
  place: Place;
  approvalId: string;
  answers: Answers;
  attempt: Attempt;
  verb: MessageHandle['verb'];
  note: string | undefined;
  /** The provider's own id of what came in. */
  inboundId: string;
  /** Since when the address that answers is known to be this person's. */
  verifiedAt: string | null;
  /** Whether the channel can ask for the reason of a rejection that gives none. */
  canAskWhy: boolean;
  /** What the person is told in. */
  words: ReplyWords;
};

/** Decisions on one answer before giving up: each further one means that something changed in between. */
const TRIES_MAX = 3;

/**
 * Decides in a person's name, as the console would: the same decider checks who may, the step, the ceiling and the revision. One event says what
 * became of it, before anybody is told. A second answer of the same kind to the same message is the first one again.
 * @returns what to tell the person
 * @throws LogUnavailable: the same may come again
 */
export const answer = async (deps: ReplyDeps, said: Said): Promise<Outcome> => {
  const { place, approvalId, answers, attempt, verb, inboundId, words } = said;
  const before = answers.byInboundId.get(answerKey(place.channel, inboundId));
  if (before?.taken === false) return told(words, 'refused', refusalWords(words, before.reason));
  const isFirst = !answers.taken.has(takenKey(attempt.attemptId, verb));
  for (let tries = 1; ; tries += 1) {
    const history = await readHistory(deps, approvalId);
    const isOpen = !history.some(({ type }) => isTerminal(type));
    if (isFirst && isOpen) {
      const reason = reasonAgainst(deps, said, history);
      if (reason !== null) return refuse(deps, said, reason);
      if (verb === 'reject' && said.note === undefined && said.canAskWhy) return told(words, 'asksNote', words.whyRejected);
    }
    const reply = await commandFor(deps, said, history.length - 1);
    if (reply === null) return told(words, 'refused', words.tryAgain);
    if (reply.outcome === 'done') return taken(deps, said, reply);
    if (reply.code !== 'revision_conflict' || tries >= TRIES_MAX) return refusedByDecider(deps, said, reply);
  }
};

const reasonAgainst = (
  deps: ReplyDeps,
  { attempt, verb, place, verifiedAt }: Said,
  history: readonly RecordedEvent[],
): ReplyRefusal | null => {
  if (isStale(history, attempt.shownRevision)) return 'stale_content';
  const policy = deps.directory.channelPolicy(place.tenant);
  return verb === 'approve' && !mayApproveSince(policy, place.channel, verifiedAt, deps.now()) ? 'too_early' : null;
};

const commandFor = async (deps: ReplyDeps, said: Said, revision: number): Promise<CommandReply | null> => {
  const { place, approvalId, attempt, verb, note } = said;
  // The inbox is the console: nothing is answered from it.
  if (place.channel === 'inbox') return null;
  return sendCommand(deps.messaging, {
    tenant: place.tenant,
    approvalId,
    operatorId: attempt.operatorId,
    attemptId: attempt.attemptId,
    channel: place.channel,
    verb,
    body: { expectedRevision: revision, step: attempt.stepIndex, ...(note === undefined || verb === 'claim' ? {} : { note }) },
  });
};

const taken = async (deps: ReplyDeps, said: Said, { status }: Extract<CommandReply, { outcome: 'done' }>): Promise<Outcome> => {
  const { place, approvalId, answers, attempt, verb, inboundId, words } = said;
  const { attemptId, operatorId } = attempt;
  await recordReply(deps, place, answers, {
    type: 'ChannelReplyAccepted',
    data: { approvalId, attemptId, operatorId, channel: place.channel, verb, inboundId, at: deps.now() },
  });
  const outcome = told(words, 'done', takenWords(words, verb, status));
  if (verb === 'claim' || !deps.channels.describe(place.channel).capabilities.canEdit) return outcome;
  const history = await readHistory(deps, approvalId);
  const secrets = await secretsOf(deps, place.tenant, approvalId, history);
  return { ...outcome, message: decidedMessage(deps, place.tenant, approvalId, attempt, history, secrets) };
};

/** The decider's word, under the names that all channels know. */
const REASONS: Partial<Record<RefusalCode, ReplyRefusal>> = {
  approval_expired: 'expired',
  revision_conflict: 'stale_content',
  preconditions_changed: 'stale_content',
  action_mismatch: 'stale_content',
};

const refusedByDecider = async (
  deps: ReplyDeps,
  said: Said,
  { code, detail }: Extract<CommandReply, { outcome: 'refused' }>,
): Promise<Outcome> => {
  const known = REASONS[code];
  const outcome = await refuse(deps, said, known ?? code);
  return known === undefined ? { outcome: 'refused', text: detail } : outcome;
};

const refuse = async (deps: ReplyDeps, said: Said, reason: string): Promise<Outcome> => {
  const { place, approvalId, answers, attempt, verb, inboundId, words } = said;
  const { attemptId, operatorId } = attempt;
  await recordReply(deps, place, answers, {
    type: 'ChannelReplyRefused',
    data: { approvalId, attemptId, operatorId, channel: place.channel, verb, reason, inboundId, at: deps.now() },
  });
  return told(words, 'refused', reason === 'too_early' ? tooEarly(deps, said) : refusalWords(words, reason));
};

const tooEarly = (deps: ReplyDeps, { place, verifiedAt, words }: Said): string =>
  verifiedAt === null
    ? refusalWords(words, 'too_early')
    : tooEarlyWords(
        words,
        new Date(Date.parse(verifiedAt) + coolDownSec(deps.directory.channelPolicy(place.tenant), place.channel) * 1_000).toISOString(),
      );
