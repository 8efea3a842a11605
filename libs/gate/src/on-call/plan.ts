import type { EscalationLevel, EscalationPlan, TimetableEntry } from '@holdpoint/contracts';
import type { Ladder } from './ladder.ts';
import { instantText } from './zone.ts';

/** The least time between two rungs of a ladder that is compressed, and after its last one, milliseconds. A person needs it to look. */
export const RUNG_FLOOR_MS = 15_000;

/**
 * The whole timetable of a step, worked out when it opens against the hard deadline.
 *
 * The first time through the ladder is made to fit: when it does not, every wait becomes shorter in proportion, down to 15 seconds (or the policy's
 * own, if that is shorter), with a last wait after the last rung so that its people too have time; rungs that even so come too late are left out.
 * Repeats keep the policy's waits, and those that come too late are left out.
 * @param openedAt when the step opens
 * @param deadline when the request ends whatever happens
 * @returns `exhaustedAt` null when the deadline comes before it, or with it
 */
export const planOf = ({ policy, document }: Ladder, openedAt: string, deadline: string): EscalationPlan => {
  const { levels, repeat, exhaustedAfterSec, onExhausted, claimTimeoutSec } = document;
  const openedMs = Date.parse(openedAt);
  const deadlineMs = Date.parse(deadline);
  const exhaustedAfterMs = exhaustedAfterSec * 1_000;

  const waits = levels.map(({ afterSec }) => afterSec * 1_000);
  // What the last rung's people are given: as long as it took to come to them, unless the ladder is over sooner.
  const lastWaitMs = Math.min(exhaustedAfterMs, waits.at(-1) ?? exhaustedAfterMs);
  const fitted = levels.length === 0 ? [] : compressed([...waits, lastWaitMs], deadlineMs - openedMs);
  const lastFloorMs = Math.min(RUNG_FLOOR_MS, lastWaitMs);

  const rungs = [
    ...levels.map((level, index) => ({ level, round: 0, waitMs: fitted[index] ?? 0, plannedMs: waits[index] ?? 0 })),
    ...Array.from({ length: repeat?.count ?? 0 }, (_, n) =>
      levels.map((level, index) => {
        const waitMs = index === 0 ? (repeat?.intervalSec ?? 0) * 1_000 : (waits[index] ?? 0);
        return { level, round: n + 1, waitMs, plannedMs: waitMs };
      }),
    ).flat(),
  ];
  const timetable: TimetableEntry[] = [];
  let atMs = openedMs;
  let policyMs = openedMs;
  for (const { level, round, waitMs, plannedMs } of rungs) {
    atMs += waitMs;
    policyMs += plannedMs;
    if (atMs + lastFloorMs > deadlineMs) break;
    timetable.push(rungOf(level, timetable.length + 1, round, atMs, policyMs));
  }

  const exhaustedMs = atMs + exhaustedAfterMs;
  return {
    policy,
    timetable,
    exhaustedAt: timetable.length < rungs.length || exhaustedMs >= deadlineMs ? null : instantText(exhaustedMs),
    onExhausted,
    claimTimeoutSec,
  };
};

const rungOf = (
  { afterSec: _afterSec, ...level }: EscalationLevel,
  number: number,
  round: number,
  atMs: number,
  policyMs: number,
): TimetableEntry => ({
  ...level,
  level: number,
  round,
  at: instantText(atMs),
  ...(atMs < policyMs ? { compressed: true as const } : {}),
});

/**
 * Waits that together take no longer than `roomMs`, each in proportion and none below its floor; all at their floors when even that does not fit.
 * Waits that already fit are left as they are.
 */
const compressed = (waits: readonly number[], roomMs: number): number[] => {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  if (sum(waits) <= roomMs) return [...waits];
  const floors = waits.map(wait => Math.min(RUNG_FLOOR_MS, wait));
  const atFloor = waits.map(() => false);
  for (;;) {
    const fixedMs = sum(floors.filter((_, index) => atFloor[index]));
    const share = Math.max(0, roomMs - fixedMs) / sum(waits.filter((_, index) => !atFloor[index]));
    const sinks = waits.findIndex((wait, index) => !atFloor[index] && wait * share < floors[index]!);
    if (sinks < 0) return waits.map((wait, index) => (atFloor[index] ? floors[index]! : Math.floor(wait * share)));
    atFloor[sinks] = true;
  }
};
