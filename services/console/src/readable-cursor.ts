import { ProblemError } from '@holdpoint/service-kit';
import { CursorUnreadable } from './read-model/paging.ts';

/** Does what takes a cursor. A cursor that nobody gave out is the caller's mistake. @throws ProblemError 400 for such a one */
export const withReadableCursor = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CursorUnreadable) throw new ProblemError(error.code, 400, error.message);
    throw error;
  }
};
