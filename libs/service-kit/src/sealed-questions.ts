import { SEALED_SUBJECTS } from '@holdpoint/contracts';
import { ResponderFailed, type Messaging, type MessagingLog } from '@holdpoint/messaging';
import { SealBroken, type Sealer } from '@holdpoint/sealing';

/** Asker and answerer cannot read each other: they have different master keys, or one of them is of a version that does not seal. */
export class QuestionUnreadable extends ResponderFailed {
  constructor(subject: string) {
    super(subject);
    this.name = 'QuestionUnreadable';
    this.message = `what is asked on ${subject} can be read by one side only: start both services with the same master key and version`;
  }
}

/** What is on the broker instead of a body: it opens for its subject only, and an answer for its question only. */
type Box = { sealed: string };
/** The answer to a question that did not open. */
const UNREADABLE = { unreadable: true };

/**
 * Seals what services ask each other on {@link SEALED_SUBJECTS}, both ways, under the master key (AES-256-GCM, see `MasterKey`). Everything else
 * passes as it is. Askers and answerers notice nothing: bodies and answers are JSON, as they are on the broker.
 * @param log is told of each question that does not open, never of what is in it
 * @returns the same messaging, whose `request` may also throw {@link QuestionUnreadable}
 */
export const sealQuestions = (messaging: Messaging, key: Sealer, log: MessagingLog): Messaging => ({
  ...messaging,
  request: async <R>(subject: string, body: unknown, options: { timeoutMs: number }): Promise<R> => {
    if (!SEALED_SUBJECTS.includes(subject)) return messaging.request<R>(subject, body, options);
    const question = seal(key, body, placeOf(subject));
    const answer = opened(key, await messaging.request<unknown>(subject, question, options), placeOf(subject, question));
    if (answer === null) throw new QuestionUnreadable(subject);
    return answer.body as R;
  },
  respond: (subject, queue, handler) =>
    messaging.respond(subject, queue, async (question, asked) => {
      if (!SEALED_SUBJECTS.includes(asked)) return handler(question, asked);
      const known = opened(key, question, placeOf(asked));
      if (known !== null) return seal(key, await handler(known.body, asked), placeOf(asked, question as Box));
      log('error', `${new QuestionUnreadable(asked).message}; nothing was done`);
      return UNREADABLE;
    }),
});

/** An answer belongs to one question: an older one, kept by whoever listens, does not pass for it. */
const placeOf = (subject: string, question?: Box): string =>
  question === undefined ? `question\n${subject}` : `answer\n${subject}\n${question.sealed}`;

const seal = (key: Sealer, body: unknown, place: string): Box => ({ sealed: key.seal(JSON.stringify(body) ?? 'null', place) });

/** @returns null for what is no box, or does not open in this place */
const opened = (key: Sealer, box: unknown, place: string): { body: unknown } | null => {
  if (typeof box !== 'object' || box === null || !('sealed' in box) || typeof box.sealed !== 'string') return null;
  try {
    return { body: JSON.parse(key.open(box.sealed, place)) as unknown };
  } catch (error) {
    if (error instanceof SealBroken) return null;
    throw error;
  }
};
