import { ApiError } from '../api/client.ts';
import { PasskeyFailed } from './passkey.ts';

/** Why somebody was not let in, in words. @param wrong what is said of wrong credentials */
export const refusalOf = (error: unknown, wrong = 'What you gave is not right.'): string => {
  if (error instanceof PasskeyFailed) return error.message;
  if (!(error instanceof ApiError)) return 'Something went wrong in this page. Reload it and try again.';
  if (error.status === 401) return wrong;
  if (error.status === 429) return 'Too many attempts. Wait a few minutes, then try again.';
  return error.message;
};
