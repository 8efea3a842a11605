import { idOf, isTerminal, streamOf, type WorkItem } from '@holdpoint/contracts';
import { noteUnderWay } from './defer.ts';
import type { Deps } from './deps.ts';
import { openLedger, progressOf, readProgress, type Ledger } from './ledger.ts';
import { decisionMessage, noticeMessage, webhookIdOf } from './message.ts';
import { isDue, NOTHING_TRIED, type Part } from './progress.ts';
import { resumeTheRun } from './resume-the-run.ts';
import { tellTheApp } from './tell-the-app.ts';
import { carriedTerminal, recordedTerminal, type Terminal } from './terminal.ts';

const PARTS_OF_TIMER: Partial<Record<NonNullable<WorkItem['timer']>, Part[]>> = { nextCallback: ['callback'], nextResume: ['resume'] };
const BOTH: Part[] = ['callback', 'resume'];

/** Parts under way in this process: a second ring for one of them is dropped. With what to note that it takes its time, once that is known. */
export type UnderWay = Map<string, { ledger: Ledger; originId: string } | null>;

/**
 * Brings one decision back: whatever of callback and resume is wanted, not finished and due, side by side. On the first ring of a
 * terminal event nothing is read before acting; on any other ring the log says what is left to do.
 */
export const settle = async (deps: Deps, underWay: UnderWay, item: WorkItem): Promise<void> => {
  const id = idOf(item.stream);
  const parts = (item.kind === 'timer' && item.timer !== undefined ? (PARTS_OF_TIMER[item.timer] ?? []) : BOTH).filter(
    part => !underWay.has(`${part}/${id}`),
  );
  if (parts.length === 0) return item.timer === 'nextCallback' ? takesItsTime(deps, underWay, id) : undefined;
  await settleParts(deps, underWay, id, parts, Date.parse(deps.now()), item);
};

/** Sends before its time what waits for a receiver that is there again. Whoever is rung for it meanwhile, or was, leaves it alone. */
export const settleEarly = async (deps: Deps, underWay: UnderWay, id: string): Promise<void> => {
  if (!underWay.has(`callback/${id}`)) await settleParts(deps, underWay, id, ['callback'], Number.POSITIVE_INFINITY);
};

/** @param untilMs what is due then or before is done now */
const settleParts = async (deps: Deps, underWay: UnderWay, id: string, parts: Part[], untilMs: number, item?: WorkItem): Promise<void> => {
  for (const part of parts) underWay.set(`${part}/${id}`, null);
  try {
    await (id.startsWith('ntc_') ? settleNotice(deps, underWay, id, untilMs) : settleDecision(deps, underWay, id, parts, untilMs, item));
  } finally {
    for (const part of parts) underWay.delete(`${part}/${id}`);
  }
};

const settleDecision = async (
  deps: Deps,
  underWay: UnderWay,
  approvalId: string,
  parts: Part[],
  untilMs: number,
  item: WorkItem | undefined,
): Promise<void> => {
  const first = item !== undefined && item.kind === 'event' && item.fresh && isTerminal(item.type);
  const carried = item === undefined ? null : await carriedTerminal(deps.eventLog, item);
  const [terminal, progress] =
    first && carried !== null
      ? [carried, NOTHING_TRIED]
      : await Promise.all([
          carried ?? recordedTerminal(deps.eventLog, approvalId),
          first ? NOTHING_TRIED : readProgress(deps.eventLog, approvalId),
        ]);
  if (terminal === null) return;
  const { metadata, id: originId } = terminal;
  const ledger = openLedger(
    deps.eventLog,
    deps.now,
    approvalId,
    { tenant: metadata.tenant, originId, correlationId: metadata.$correlationId, traceparent: metadata.traceparent },
    progress,
  );
  if (parts.includes('callback')) underWay.set(`callback/${approvalId}`, { ledger, originId });
  const due = parts.filter(part => isWanted(terminal, part) && isDue(progress[part], untilMs));
  await Promise.all(due.map(part => VERBS[part](deps, approvalId, terminal, ledger)));
};

const settleNotice = async (deps: Deps, underWay: UnderWay, noticeId: string, untilMs: number): Promise<void> => {
  const { events } = await deps.eventLog.load(streamOf.callback(noticeId));
  const [first] = events;
  if (first?.type !== 'CallbackScheduled' || first.data.notice === undefined) return;
  const { tenant } = first.metadata;
  const meta = { tenant, originId: noticeId, correlationId: undefined, traceparent: undefined };
  const ledger = openLedger(deps.eventLog, deps.now, noticeId, meta, progressOf(events));
  underWay.set(`callback/${noticeId}`, { ledger, originId: noticeId });
  if (!isDue(ledger.progress().callback, untilMs)) return;
  await tellTheApp(deps, noticeMessage(noticeId, tenant, first.data.notice, first.data.at), ledger);
};

/** How long an attempt that takes its time may take before the relay rings for it again, milliseconds: a receiver's patience, and a wait for a place. */
const LEASE_MS = 60_000;

/** Notes that a callback is under way and takes its time, so that the relay rings others meanwhile. After a crash it is rung when that time is over. */
export const takesItsTime = async (deps: Deps, underWay: UnderWay, id: string): Promise<void> => {
  const known = underWay.get(`callback/${id}`);
  if (known === undefined || known === null) return;
  const { deferrals } = known.ledger.progress().callback;
  await noteUnderWay(deps, known.ledger, { id, webhookId: webhookIdOf(known.originId) }, LEASE_MS * 2 ** Math.min(deferrals, 6));
};

const VERBS: Record<Part, (deps: Deps, approvalId: string, terminal: Terminal, ledger: Ledger) => Promise<void>> = {
  callback: (deps, approvalId, terminal, ledger) => tellTheApp(deps, decisionMessage(approvalId, terminal), ledger),
  resume: resumeTheRun,
};

const isWanted = ({ data: { delivery } }: Terminal, part: Part): boolean =>
  part === 'callback' ? delivery.callback : delivery.resume.mode !== 'none' && delivery.resume.mode !== 'callback';
