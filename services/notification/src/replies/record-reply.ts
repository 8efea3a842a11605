import { streamOf, type NotificationEvent } from '@holdpoint/contracts';
import { RevisionConflict } from '@holdpoint/event-log';
import { answerKey, readAnswers, type Answers } from './answers.ts';
import type { Place, ReplyDeps } from './reply-deps.ts';

type ReplyEvent = Extract<NotificationEvent, { type: 'ChannelReplyAccepted' | 'ChannelReplyRefused' }>;

/** Conflicts in a row before the provider has to send it again. */
const CONFLICTS_MAX = 5;
/** Refused answers recorded for one approval: whoever presses on must not fill the log. */
export const REFUSALS_RECORDED_MAX = 100;

/**
 * Records what became of an answer, once for each thing that came in, whoever delivers it how often.
 * @param known what was read when it was judged
 * @throws LogUnavailable, RevisionConflict: nothing is on record, the same may be tried again
 */
export const recordReply = async (
  deps: Pick<ReplyDeps, 'eventLog' | 'now'>,
  { tenant, channel }: Place,
  known: Answers,
  event: ReplyEvent,
): Promise<void> => {
  const { approvalId, inboundId, operatorId } = event.data;
  const key = answerKey(channel, inboundId);
  let answers = known;
  for (let conflicts = 0; ; conflicts += 1) {
    if (answers.byInboundId.has(key)) return;
    if (event.type === 'ChannelReplyRefused' && answers.refusals >= REFUSALS_RECORDED_MAX) return;
    try {
      const { revision } = answers.attempts;
      await deps.eventLog.append(streamOf.notification(approvalId), [event], {
        expectedRevision: revision < 0 ? 'none' : revision,
        commandId: `reply/${key}`,
        tenant,
        actor: operatorId === null ? 'service:notification' : `operator:${operatorId}`,
        recordedAt: event.data.at,
        causationId: `${channel}:${inboundId}`,
      });
      return;
    } catch (error) {
      if (!(error instanceof RevisionConflict) || conflicts >= CONFLICTS_MAX) throw error;
      answers = await readAnswers(deps.eventLog, approvalId);
    }
  }
};
