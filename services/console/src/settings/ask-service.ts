import { NoResponder, QuestionUnreadable, RequestTimeout, ResponderFailed, type Messaging } from '@holdpoint/messaging';
import { ProblemError } from '@holdpoint/service-kit';

/** A provider may take its time to answer what a service asks it for us, milliseconds. */
const ANSWER_MS_MAX = 20_000;

/**
 * Asks another service over request/reply.
 * @param service its name, as in `<name>_unavailable`
 * @throws ProblemError 503 when it does not answer, or cannot read what it is asked: nothing was changed by asking.
 */
export const askService = async <Answer>(
  messaging: Pick<Messaging, 'request'>,
  service: 'notification' | 'callback',
  subject: string,
  body: object,
): Promise<Answer> => {
  try {
    return await messaging.request<Answer>(subject, body, { timeoutMs: ANSWER_MS_MAX });
  } catch (error) {
    if (error instanceof QuestionUnreadable)
      throw new ProblemError(
        `${service}_unavailable`,
        503,
        `The ${service} service cannot read what the console asks it. An administrator has to start both with the same master key and version.`,
      );
    if (error instanceof NoResponder || error instanceof RequestTimeout || error instanceof ResponderFailed)
      throw new ProblemError(`${service}_unavailable`, 503, `The ${service} service does not answer. Try again in a moment.`, {
        headers: { 'retry-after': '5' },
      });
    throw error;
  }
};
