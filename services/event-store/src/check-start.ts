import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { TAIL_CHECK_EVENTS } from './limits.ts';
import { inspectWal, type WalReport } from './inspect-wal.ts';
import { checkRecords } from './verify-log.ts';

/** The log is not what was written. The store does not start over it by itself. */
export class DamagedLog extends Error {
  code = 'LOG_DAMAGED';
}

const WAY_OUT =
  'Restore a backup; to rescue what is left, start with EVENT_STORE_SERVE_DAMAGED=true: reads of damaged records will still fail.';

/** How often the reached position is noted beside the log, milliseconds. */
const HEAD_INTERVAL_MS = 1_000;

const headFile = (dataDir: string): string => join(dataDir, 'event-store.head');

/**
 * Checks the write-ahead log of a store that was not stopped properly.
 * @throws DamagedLog when commits would be lost behind a damaged frame.
 */
export const checkWal = (logFile: string, serveDamaged: boolean, notice: (message: string) => void): WalReport => {
  const report = inspectWal(`${logFile}-wal`);
  if (report.hiddenCommits > 0) {
    const problem = `The write-ahead log is damaged in the middle: ${report.hiddenCommits} later commits can no longer be reached.`;
    if (!serveDamaged) throw new DamagedLog(`${problem} ${WAY_OUT}`);
    notice(problem);
  } else if (report.tornBytes > 0) {
    notice(`The last transaction was cut off by a crash (${report.tornBytes} bytes); it was dropped. Everything before it is whole.`);
  }
  return report;
};

/**
 * Checks the newest records, and that the log still reaches as far as it once did: a lost write-ahead log, or a copy made
 * without it, shows only there. Takes milliseconds whatever the log's length; `verify` checks everything.
 * @throws DamagedLog
 */
export const checkTail = (
  dataDir: string,
  logFile: string,
  wal: WalReport,
  serveDamaged: boolean,
  notice: (message: string) => void,
): void => {
  const db = new DatabaseSync(logFile, { readOnly: true });
  try {
    const report = checkRecords(db, TAIL_CHECK_EVENTS);
    const noted = readHead(dataDir);
    const problems = report.damage
      .slice(0, 3)
      .map(({ position, stream, problem }) => `position ${position}${stream === undefined ? '' : ` (${stream})`}: ${problem}`);
    if (noted > report.endPosition && wal.tornBytes === 0) {
      problems.push(
        `the log ends at position ${report.endPosition} but had reached ${noted}: its newest events are missing (was it copied without its -wal file? for a restored backup, delete event-store.head)`,
      );
    }
    if (problems.length === 0) return;
    const problem = `The newest part of the log is damaged: ${problems.join('; ')}.`;
    if (!serveDamaged) throw new DamagedLog(`${problem} ${WAY_OUT}`);
    notice(problem);
  } finally {
    db.close();
  }
};

const readHead = (dataDir: string): number => {
  try {
    return Number(readFileSync(headFile(dataDir), 'utf8')) || 0;
  } catch {
    return 0;
  }
};

/**
 * Notes the reached position beside the log once a second. The note never runs ahead: it is written after the commit.
 * @returns a function that notes it a last time and stops.
 */
export const noteHead = (dataDir: string, end: () => number): (() => void) => {
  let noted = readHead(dataDir);
  const note = (): void => {
    if (end() === noted) return;
    try {
      writeFileSync(headFile(dataDir), String(end()));
      noted = end();
    } catch {
      // A full disk: the note stays behind, which only makes it less sharp.
      return;
    }
  };
  const timer = setInterval(note, HEAD_INTERVAL_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
    note();
  };
};
