import type { AccountMail } from '@holdpoint/contracts';
import type { Begun } from '../settings/ask-notification.ts';
import { askNotification } from '../settings/ask-notification.ts';
import { ProblemError } from '@holdpoint/service-kit';
import type { AccountDeps } from './account-deps.ts';

/**
 * Mails a link to somebody's address, in their language and by their clock. Who is invited has neither: the language is that of whoever invites,
 * the clock the organisation's.
 * @param inWordsOf id of the member whose language it is in: whom it is for, and whoever invites one who is no member yet
 * @returns whether it was handed to the mail server: not where no mail is set up, or nobody answers
 */
export const mailLink = async (
  { messaging, directory }: Pick<AccountDeps, 'messaging' | 'directory'>,
  mail: Omit<AccountMail, 'language' | 'timeZone'>,
  inWordsOf: string,
): Promise<boolean> => {
  const profile = directory.profile(inWordsOf);
  const clock = profile === null || mail.kind === 'invitation' ? {} : { timeZone: profile.timeZone };
  const body: AccountMail = profile === null ? mail : { ...mail, language: profile.language, ...clock };
  try {
    return (await askNotification<Begun>(messaging, 'hp.cmd.notification.accountMail', body)).outcome === 'sent';
  } catch (error) {
    if (error instanceof ProblemError) return false;
    throw error;
  }
};

/**
 * The address of a page that a secret opens. The secret stands behind the `#`: browsers send that to no server, so it is in no log and in no
 * `Referer`.
 */
export const linkTo = (
  { consoleUrl }: Pick<AccountDeps, 'consoleUrl'>,
  page: 'invitation' | 'password-reset' | 'confirm-email',
  token: string,
): string => `${consoleUrl}/${page}#${token}`;
