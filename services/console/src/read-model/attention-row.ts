import type { EventData } from '@holdpoint/contracts';
import type { MeasuredEvent } from './measure-row.ts';
import type { AttentionRow, MeasureRow } from './schema.ts';

const VOTES: Readonly<Record<string, AttentionRow['vote']>> = {
  StepApproved: 'approved',
  StepRejected: 'rejected',
  ActionModified: 'modified',
};

/** Who looked at something or said something by this event; null for every other event. */
export const attentiveIn = ({ type, data }: Pick<MeasuredEvent, 'type' | 'data'>): string | null => {
  if (type === 'ApprovalViewed') return (data as EventData<'ApprovalViewed'>).operatorId;
  return VOTES[type] === undefined ? null : (data as EventData<'StepApproved'>).by.id;
};

/**
 * One event onto what a person paid attention to in one approval. A second vote, after an edit took the first away, takes its place.
 * @param measure the approval as it was before the event
 */
export const evolveAttention = (
  row: AttentionRow | undefined,
  event: MeasuredEvent,
  measure: MeasureRow,
  operatorId: string,
): AttentionRow => {
  const known = row ?? nothingYet(measure, operatorId);
  if (event.type === 'ApprovalViewed') {
    const { part, at } = event.data as EventData<'ApprovalViewed'>;
    return part === 'context'
      ? { ...known, viewed_at: known.viewed_at ?? at, context_at: known.context_at ?? at }
      : { ...known, viewed_at: known.viewed_at ?? at };
  }
  const { at } = event.data as EventData<'StepApproved'>;
  // Whoever edits votes for the edit in the same breath: that is one decision, and it is the edit.
  if (known.vote === 'modified' && known.voted_at === at) return { ...known, channel: channelOf(event) ?? known.channel };
  return { ...known, vote: VOTES[event.type] ?? null, voted_at: at, channel: channelOf(event) };
};

const channelOf = ({ data }: MeasuredEvent): string | null => (data as Partial<EventData<'StepApproved'>>).channel ?? null;

const nothingYet = ({ approval_id, tenant, test, agent_id, content_chars }: MeasureRow, operator_id: string): AttentionRow => ({
  approval_id,
  operator_id,
  tenant,
  test,
  agent_id,
  content_chars,
  viewed_at: null,
  context_at: null,
  voted_at: null,
  vote: null,
  channel: null,
});
