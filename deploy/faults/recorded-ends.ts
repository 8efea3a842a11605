import { idOf } from '@holdpoint/contracts';
import { openEventLog } from '@holdpoint/event-log';
import { openMasterKey } from '@holdpoint/sealing';
import { keyFiles } from '@holdpoint/service-kit';
import type { FreeStack } from '../local/free-stack.ts';

/** Types of events that end an approval: exactly one of them may be in its history. */
export const ENDS = /^Approval(Granted|Rejected|Expired|Withdrawn)/;

/**
 * Reads the whole log once: thousands of approvals cost little more than one.
 * @returns types of the terminal events of every approval that has any, in the order in which they were recorded, by its id
 */
export const recordedEnds = async ({ dataDir, connectionString }: FreeStack): Promise<Map<string, string[]>> => {
  const log = openEventLog({ connectionString, masterKey: openMasterKey({ file: keyFiles(dataDir).master }) });
  const ends = new Map<string, string[]>();
  try {
    await log.replay({
      prefixes: ['approval-'],
      from: 'start',
      onEvents: events => {
        for (const { stream, type } of events) if (ENDS.test(type)) ends.set(idOf(stream), [...(ends.get(idOf(stream)) ?? []), type]);
      },
    });
  } finally {
    await log.close();
  }
  return ends;
};
