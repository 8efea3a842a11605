import type { DecidedBy } from '@holdpoint/contracts';
import { ApiError } from '../api/client.ts';
import { PasskeyFailed } from '../sign-in/passkey.ts';
import { timeAgo } from '../time/time-left.ts';
import { personName } from './words.ts';

/** Why a verb was not recorded, as the bar shows it. */
export type Refusal = { title: string; detail: string; errors: { pointer: string; detail: string }[] };

/** The person did not confirm to be there. */
export class NotConfirmed extends Error {}

const personOf = (value: unknown): DecidedBy | null =>
  typeof value === 'object' && value !== null && typeof (value as DecidedBy).id === 'string' ? (value as DecidedBy) : null;

const winnerWords = (error: ApiError, nowMs: number): string | null => {
  const by = personOf(error.problem.by);
  if (by === null) return null;
  const at = error.problem.at;
  return typeof at === 'string' ? `${personName(by)}, ${timeAgo(at, nowMs)}` : personName(by);
};

/**
 * Words for a failed verb. A lost race names the winner; silence is never reported as a failure, because the decision may have been
 * recorded before the answer was lost.
 */
export const refusalOf = (error: unknown, nowMs: number): Refusal => {
  if (error instanceof NotConfirmed || error instanceof PasskeyFailed)
    return { title: 'Not confirmed', detail: `${error.message} Nothing was recorded; your note is kept.`.trim(), errors: [] };
  if (!(error instanceof ApiError))
    return { title: 'Something went wrong in this page', detail: 'Reload it to see what was recorded.', errors: [] };
  const errors = error.problem.errors ?? [];
  const winner = winnerWords(error, nowMs);
  switch (error.code) {
    case 'unreachable':
      return {
        title: 'No answer',
        detail: 'It may or may not have been recorded. This page shows it as soon as the console answers; your note is kept.',
        errors,
      };
    case 'already_decided':
      return {
        title: winner === null ? 'Already decided' : `Already decided by ${winner}`,
        detail: `${error.message} Yours was not recorded; your note is kept.`,
        errors,
      };
    case 'claimed_by_other':
      return {
        title: winner === null ? 'Claimed by somebody else' : `Claimed by ${winner}`,
        detail: `${error.message} Your note is kept.`,
        errors,
      };
    case 'revision_conflict':
      return {
        title: 'The request changed while you were reading',
        detail: 'Look at the action again, then decide. Your note is kept.',
        errors,
      };
    default:
      return { title: error.status >= 500 ? 'Not recorded: the console has a problem' : 'Not recorded', detail: error.message, errors };
  }
};
