import type { Said } from './verbs.ts';

/** What every vote carries: who, through what, when, why, and for which step. */
export const voteOf = ({ by, channel, body, now, solo }: Said) => ({
  by,
  channel,
  now,
  solo,
  ...(body.note === undefined ? {} : { note: body.note }),
  ...(body.reasonCode === undefined ? {} : { reasonCode: body.reasonCode }),
  ...stepOf(body),
});

/** The step a person means, where the body names one. */
export const stepOf = ({ step }: Said['body']): { step?: number } => (step === undefined ? {} : { step });

/**
 * Hash of the action the person looked at. A revision the person looked at (checked before) stands for the action as it was then; without
 * either nothing is known.
 */
export const shownOf = ({ body, state, hashOf }: Said): { shownActionHash?: string } => {
  if (body.action !== undefined) return { shownActionHash: hashOf(body.action) };
  return body.expectedRevision === undefined ? {} : { shownActionHash: state.action.hash };
};

/** A proof the console checked, where there is one. */
export const provenOf = ({ stepUp }: Said): Pick<Said, 'stepUp'> => (stepUp === undefined ? {} : { stepUp });
