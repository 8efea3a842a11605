import type { InboundItem, Outcome } from '../channels/channel.ts';
import { parseHandle } from '../handles.ts';
import { answer } from './answer.ts';
import { findHandle, readAnswers, type Answers } from './answers.ts';
import { provenAddress, provenPeople } from './identity.ts';
import { recordReply } from './record-reply.ts';
import type { Place, ReplyDeps } from './reply-deps.ts';
import { refusalWords, type ReplyRefusal } from './reply-words.ts';

type Press = Extract<InboundItem, { kind: 'press' }>;

/**
 * A button was pressed. The handle only points: who pressed it says the signed envelope, and what that person may do says our record.
 * @throws LogUnavailable: the same may come again
 */
export const takePress = async (deps: ReplyDeps, place: Place, { handle, identities, note, inboundId }: Press): Promise<Outcome> => {
  const parsed = parseHandle(handle);
  // What names no approval of this organisation leaves no trace but a count: anybody could make up such names.
  if (parsed === null) return { outcome: 'refused', text: refusalWords('unknown_handle') };
  const { approvalId, hash } = parsed;
  const answers = await readAnswers(deps.eventLog, approvalId);
  if (answers.tenant !== place.tenant) return { outcome: 'refused', text: refusalWords('unknown_handle') };
  const found = findHandle(answers, hash);
  if (found === null) return refusePress(deps, place, approvalId, answers, inboundId, null, 'unknown_handle', identities);
  const { attempt, verb } = found;
  if (attempt.channel !== place.channel)
    return refusePress(deps, place, approvalId, answers, inboundId, found, 'not_allowed_here', identities);
  const operator = deps.directory.operator(attempt.operatorId);
  const address = operator === null ? null : provenAddress(deps, place, operator, identities);
  if (address === null) {
    const isSomebodyElse = identities.length === 0 || provenPeople(deps, place, identities).length > 0;
    return refusePress(deps, place, approvalId, answers, inboundId, found, isSomebodyElse ? 'not_yours' : 'not_linked', identities);
  }
  const { interactive, asksReason = interactive === 'buttons' || interactive === 'forms' } = deps.channels.describe(place.channel).capabilities;
  return answer(deps, {
    place,
    approvalId,
    answers,
    attempt,
    verb,
    note,
    inboundId,
    verifiedAt: address.verifiedAt,
    canAskWhy: asksReason,
  });
};

/** Recorded with whoever pressed it, as far as that is known: never with whom it was meant for. */
export const refusePress = async (
  deps: ReplyDeps,
  place: Place,
  approvalId: string,
  answers: Answers,
  inboundId: string,
  found: ReturnType<typeof findHandle>,
  reason: ReplyRefusal,
  identities: readonly string[],
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
  return { outcome: 'refused', text: refusalWords(reason) };
};
