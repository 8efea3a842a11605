import type { Verb } from './verbs.ts';

/** A question to the agent; the text is in `note`. The click names the question, so asking twice is asking once. */
export const ask: Verb = ({ by, channel, now, body, commandId }) => ({
  type: 'Ask',
  by,
  channel,
  now,
  questionId: commandId,
  text: body.note ?? '',
});
