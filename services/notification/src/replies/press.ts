import type { Address } from '@holdpoint/directory';
import type { InboundItem, Outcome } from '../channels/channel.ts';
import { parseHandle } from '../handles.ts';
import { answer } from './answer.ts';
import { findHandle, readAnswersTo, type Answers } from './answers.ts';
import { provenAddress, provenPeople } from './identity.ts';
import { recordReply } from './record-reply.ts';
import type { Place, ReplyDeps } from './reply-deps.ts';
import { refusalWords, type ReplyRefusal } from './reply-words.ts';
import { told, wordsForMember, wordsForWhoever, type Answering } from './words-for.ts';

type Press = Extract<InboundItem, { kind: 'press' }>;
/** What came in by a handle, and whom its envelope proves. */
export type ByHandle = Answering & { handle: string; inboundId: string };
type Found = NonNullable<ReturnType<typeof findHandle>>;
/** A handle that its own person uses. */
export type Resolved = Found & { approvalId: string; answers: Answers; address: Address };

/**
 * A button was pressed. The handle only points: who pressed it says the signed envelope, and what that person may do says our record.
 * @throws LogUnavailable: the same may come again
 */
export const takePress = async (deps: ReplyDeps, place: Place, press: Press): Promise<Outcome> => {
  const resolved = await resolveHandle(deps, place, press);
  if ('outcome' in resolved) return resolved;
  const { approvalId, answers, attempt, verb, address } = resolved;
  const { note, inboundId } = press;
  const { verifiedAt } = address;
  const words = wordsForMember(deps, place, attempt.operatorId, press.wordsIn);
  return answer(deps, { place, approvalId, answers, attempt, verb, note, inboundId, verifiedAt, canAskWhy: canAskWhy(deps, place), words });
};

const canAskWhy = ({ channels }: ReplyDeps, { tenant, channel }: Place): boolean => {
  const { interactive, asksReason = interactive === 'buttons' || interactive === 'forms' } = channels.describe(channel).capabilities;
  return channels.of(tenant, channel)?.asksReason ?? asksReason;
};

/**
 * Whose message a handle was in, if it is its own person who uses it; else what to say, after it was recorded.
 * @throws LogUnavailable
 */
export const resolveHandle = async (deps: ReplyDeps, place: Place, used: ByHandle): Promise<Resolved | Outcome> => {
  const parsed = parseHandle(used.handle);
  // What names no approval of this organisation leaves no trace but a count: anybody could make up such names.
  if (parsed === null) return unknownHandle(deps, place, used);
  const { approvalId, hash } = parsed;
  const answers = await readAnswersTo(deps, approvalId, hash);
  if (answers.tenant !== place.tenant) return unknownHandle(deps, place, used);
  const found = findHandle(answers, hash);
  const refuse = (reason: ReplyRefusal) => refuseHandle(deps, place, approvalId, answers, used, found, reason);
  if (found === null) return refuse('unknown_handle');
  if (found.attempt.channel !== place.channel) return refuse('not_allowed_here');
  const operator = deps.directory.operator(found.attempt.operatorId);
  const address = operator === null ? null : provenAddress(deps, place, operator, used.identities);
  if (address !== null) return { ...found, approvalId, answers, address };
  const isSomebodyElse = used.identities.length === 0 || provenPeople(deps, place, used.identities).length > 0;
  return refuse(isSomebodyElse ? 'not_yours' : 'not_linked');
};

const unknownHandle = (deps: ReplyDeps, place: Place, used: ByHandle): Outcome => {
  const words = wordsForWhoever(deps, place, used);
  return told(words, 'refused', refusalWords(words, 'unknown_handle'));
};

/** Recorded with whoever used it, as far as that is known: never with whom it was meant for. */
const refuseHandle = async (
  deps: ReplyDeps,
  place: Place,
  approvalId: string,
  answers: Answers,
  { identities, inboundId, wordsIn }: ByHandle,
  found: Found | null,
  reason: ReplyRefusal,
): Promise<Outcome> => {
  const [presser] = provenPeople(deps, place, identities);
  await recordReply(deps, place, answers, {
    type: 'ChannelReplyRefused',
    data: {
      approvalId,
      attemptId: found?.attempt.attemptId ?? null,
      operatorId: presser?.operator.operatorId ?? null,
      channel: place.channel,
      verb: found?.verb ?? null,
      reason,
      inboundId,
      at: deps.now(),
    },
  });
  const words = wordsForMember(deps, place, presser?.operator.operatorId ?? '', wordsIn);
  return told(words, 'refused', refusalWords(words, reason));
};
