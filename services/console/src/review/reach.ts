import type { ApprovalDetail, RecordedEvent } from '@holdpoint/contracts';

type Reach = NonNullable<ApprovalDetail['reach']>;

/** What a person does who has heard of a request. */
const ACTED = new Set<string>(['ApprovalClaimed', 'CommentAdded', 'QuestionAsked', 'StepApproved', 'StepRejected', 'ApprovalViewed']);

/**
 * Whether anybody who may decide has heard of it, as of the step that was opened last: a channel accepted an alert, or a person did something. What
 * administrators were told because nobody had does not count, nor does the inbox that was left to somebody whose address failed.
 * @param history the approval's and its alerts' events, in order of time
 */
export const reachOf = (history: readonly RecordedEvent[]): Reach => {
  let reach: Reach = { state: 'unasked', at: null, reason: null };
  let failed = new Set<string>();
  for (const event of history) {
    if (event.type === 'ReviewStepOpened') {
      if (reach.state !== 'nobody') reach = { state: 'waiting', at: event.data.openedAt, reason: null };
      failed = new Set();
    } else if (event.type === 'NotificationFailed') failed.add(event.data.operatorId);
    else if (event.type === 'NobodyReachable') {
      if (reach.state !== 'reached') reach = { state: 'nobody', at: event.data.at, reason: event.data.reason };
    } else if (event.type === 'NotificationSent') {
      const { cause, channel, operatorId, at } = event.data;
      const isAlarm = cause?.endsWith('/unreached') === true;
      if (!isAlarm && reach.state !== 'reached' && (channel !== 'inbox' || !failed.has(operatorId)))
        reach = { state: 'reached', at, reason: null };
    } else if (ACTED.has(event.type) && reach.state !== 'reached')
      reach = { state: 'reached', at: (event.data as { at?: string; claimedAt?: string }).at ?? event.metadata.recordedAt, reason: null };
  }
  return reach;
};
