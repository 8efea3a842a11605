import type { RecordedEvent } from '@holdpoint/contracts';
import { streamOf } from '@holdpoint/contracts';
import type { Deps } from './deps.ts';
import { valuesAt } from './redact.ts';

/**
 * The values of the action's arguments that the organisation keeps out of its channels. The request is read for them only where there is something to
 * keep out.
 * @param history the approval's events, where they were read already
 * @throws LogUnavailable
 */
export const secretsOf = async (
  { directory, eventLog }: Pick<Deps, 'directory' | 'eventLog'>,
  tenant: string,
  approvalId: string,
  history: readonly RecordedEvent[] | null,
): Promise<string[]> => {
  const { redactPaths } = directory.channelPolicy(tenant);
  if (redactPaths.length === 0) return [];
  const events = history ?? (await eventLog.load(streamOf.approval(approvalId))).events;
  const actions = events.flatMap(event => {
    if (event.type === 'ApprovalRequested') return event.data.private.action === null ? [] : [event.data.private.action];
    return event.type === 'ActionModified' ? [event.data.private.action] : [];
  });
  return actions.flatMap(({ args }) => valuesAt(args, redactPaths));
};
