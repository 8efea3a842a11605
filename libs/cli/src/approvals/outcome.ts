import type { Approval } from '@holdpoint/sdk';
import type { Io } from '../io.ts';
import { paint, plain } from '../paint.ts';
import { EXIT, type Exit } from '../stop.ts';

/** 0 only where it may run: a script that goes on after `holdpoint wait` must never take silence or a no for a yes. */
export const exitOf = ({ status, decision }: Approval): Exit => {
  if (status === 'pending') return EXIT.pending;
  return decision?.approved === true ? EXIT.done : EXIT.problems;
};

/** What became of a request, for people. */
export const outcomeLines = (io: Io, { id, status, decision, expiresAt }: Approval): string[] => {
  if (decision === null) return [`${id} still waits for a decision, until ${expiresAt}. It is not approved.`];
  const { by, note, approvedAction, decidedAt } = decision;
  const who = plain(by.display ?? by.id);
  return [
    paint(io, decision.approved ? 'good' : 'bad', `${id} ${WORDS[status] ?? status} by ${who} (${by.kind}) at ${decidedAt}`),
    ...(note === null ? [] : [`note: ${plain(note, 4_000)}`]),
    ...(approvedAction === null ? [] : [`may run: ${plain(approvedAction.name)} ${JSON.stringify(approvedAction.args)}`]),
  ];
};

const WORDS: Readonly<Record<string, string>> = {
  approved: 'was approved',
  modified: 'was approved with changes',
  rejected: 'was rejected',
  expired: 'expired, not approved,',
  withdrawn: 'was withdrawn',
};
