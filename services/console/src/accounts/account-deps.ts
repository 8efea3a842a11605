import type { Directory } from '@holdpoint/directory';
import type { EventLog } from '@holdpoint/event-log';
import type { Messaging } from '@holdpoint/messaging';
import type { Accounts } from './accounts.ts';
import { openFlows, type Flows } from './flows.ts';
import { passkeyHostOf } from './passkey-host.ts';
import { openSignInLimit, type SignInLimit } from './sign-in-limit.ts';

/** What the use cases of accounts need. */
export type AccountDeps = {
  accounts: Accounts;
  directory: Directory;
  eventLog: EventLog;
  messaging: Pick<Messaging, 'request'>;
  now: () => string;
  /** Address people reach the console under, without a slash at its end. Links are made of it and never of what a request says. */
  consoleUrl: string;
  /** Whether that is https. */
  secure: boolean;
  /** Name that passkeys are made for. */
  passkeyHost: string;
  /** Calls identity providers, through the egress guard. */
  callOut: typeof fetch;
  flows: Flows;
  /** Wrong passwords, codes and tokens. */
  limit: SignInLimit;
  /** Mails that were asked for by somebody who is not signed in. */
  mailLimit: SignInLimit;
  /** Single sign-ons that were begun. */
  signOnLimit: SignInLimit;
};

/** Mails to one address, and from one network address, in a quarter of an hour. */
const MAIL_LIMITS = { perEmail: 3, perAddress: 30 } as const;

/** Single sign-ons begun from one network address (an office shares it) in a quarter of an hour. */
const SIGN_ON_LIMITS = { perEmail: 100, perAddress: 100 } as const;

/** Adds what lives in memory only. */
export const accountDeps = (
  given: Omit<AccountDeps, 'secure' | 'passkeyHost' | 'flows' | 'limit' | 'mailLimit' | 'signOnLimit'>,
): AccountDeps => {
  const nowMs = () => Date.parse(given.now());
  const consoleUrl = given.consoleUrl.replace(/\/+$/, '');
  return {
    ...given,
    consoleUrl,
    secure: consoleUrl.startsWith('https:'),
    passkeyHost: passkeyHostOf(consoleUrl),
    flows: openFlows(nowMs),
    limit: openSignInLimit(nowMs),
    mailLimit: openSignInLimit(nowMs, MAIL_LIMITS),
    signOnLimit: openSignInLimit(nowMs, SIGN_ON_LIMITS),
  };
};
