/**
 * Reasons to choose from where a rejection wants one. These chats have no prompt whose answer says what it answers, so the reason is pressed:
 * handle and number of the reason stand in the button, nothing has to be remembered.
 */
const REASONS = ['Not allowed', 'Wrong details', 'No reason given'] as const;
const CHOICE = /^([^~]+)~([0-9])$/;

/** @returns buttons for {@link pressOf}: at most 20 characters each, the limit of WhatsApp and Messenger */
export const reasonButtons = (handle: string): { title: string; payload: string }[] =>
  REASONS.map((title, index) => ({ title, payload: `${handle}~${index}` }));

/** What was pressed: a handle, and the reason if one was chosen. */
export const pressOf = (payload: string): { handle: string; note?: string } => {
  const [, handle, index] = CHOICE.exec(payload) ?? [];
  const note = REASONS[Number(index)];
  return handle === undefined || note === undefined ? { handle: payload } : { handle, note };
};

/** A payload that says that there is no reason: the press is never asked for one. @returns what {@link pressOf} reads */
export const withoutReason = (handle: string): string => `${handle}~${REASONS.indexOf('No reason given')}`;
