import { idOf, isTerminal, type WorkItem } from '@holdpoint/contracts';
import { openLedger, readProgress, type Ledger } from './ledger.ts';
import type { Deps } from './deps.ts';
import { isDue, NOTHING_TRIED, type Part } from './progress.ts';
import { resumeTheRun } from './resume-the-run.ts';
import { tellTheApp } from './tell-the-app.ts';
import { carriedTerminal, recordedTerminal, type Terminal } from './terminal.ts';

const PARTS_OF_TIMER: Partial<Record<NonNullable<WorkItem['timer']>, Part[]>> = { nextCallback: ['callback'], nextResume: ['resume'] };
const BOTH: Part[] = ['callback', 'resume'];

/** Parts under way in this process: a second ring for one of them is dropped. */
export type UnderWay = Set<string>;

/**
 * Brings one decision back: whatever of callback and resume is wanted, not finished and due, side by side. On the first ring of a
 * terminal event nothing is read before acting; on any other ring the log says what is left to do.
 */
export const settle = async (deps: Deps, underWay: UnderWay, item: WorkItem): Promise<void> => {
  const approvalId = idOf(item.stream);
  const parts = (item.kind === 'timer' && item.timer !== undefined ? (PARTS_OF_TIMER[item.timer] ?? []) : BOTH).filter(
    part => !underWay.has(`${part}/${approvalId}`),
  );
  if (parts.length === 0) return;
  for (const part of parts) underWay.add(`${part}/${approvalId}`);
  try {
    const first = item.kind === 'event' && item.fresh && isTerminal(item.type);
    const carried = carriedTerminal(deps.eventLog, item);
    const [terminal, progress] =
      first && carried !== null
        ? [carried, NOTHING_TRIED]
        : await Promise.all([
            carried ?? recordedTerminal(deps.eventLog, approvalId),
            first ? NOTHING_TRIED : readProgress(deps.eventLog, approvalId),
          ]);
    if (terminal === null) return;
    const { metadata } = terminal;
    const ledger = openLedger(
      deps.eventLog,
      deps.now,
      approvalId,
      { tenant: metadata.tenant, terminalEventId: terminal.id, correlationId: metadata.$correlationId, traceparent: metadata.traceparent },
      progress,
    );
    const nowMs = Date.parse(deps.now());
    const due = parts.filter(part => isWanted(terminal, part) && isDue(progress[part], nowMs));
    await Promise.all(due.map(part => VERBS[part](deps, approvalId, terminal, ledger)));
  } finally {
    for (const part of parts) underWay.delete(`${part}/${approvalId}`);
  }
};

const VERBS: Record<Part, (deps: Deps, approvalId: string, terminal: Terminal, ledger: Ledger) => Promise<void>> = {
  callback: tellTheApp,
  resume: resumeTheRun,
};

const isWanted = ({ data: { delivery } }: Terminal, part: Part): boolean =>
  part === 'callback' ? delivery.callback : delivery.resume.mode !== 'none' && delivery.resume.mode !== 'callback';
