import { streamOf } from '@holdpoint/contracts';
import type { Directory, Operator } from '@holdpoint/directory';
import type { EventLog } from '@holdpoint/event-log';
import { newId } from '@holdpoint/sealing';
import type { Accounts } from './accounts.ts';
import type { SignInLimit } from './sign-in-limit.ts';

type Deps = {
  accounts: Accounts;
  directory: Pick<Directory, 'operator'>;
  eventLog: Pick<EventLog, 'handle'>;
  limit: SignInLimit;
  now: () => string;
};

export type SignedIn =
  { outcome: 'signedIn'; token: string; operator: Operator } | { outcome: 'wrong' } | { outcome: 'tooMany'; retryAfterSec: number };

/**
 * Checks an email and a password and begins a session. That somebody signed in is an event; the session begins only once it is stored.
 * @param address the caller's network address, for the limit.
 * @throws PasswordsBusy, LogUnavailable
 */
export const signIn =
  ({ accounts, directory, eventLog, limit, now }: Deps) =>
  async ({ email, password }: { email: string; password: string }, address: string): Promise<SignedIn> => {
    const waitSec = limit.waitSec(email, address);
    if (waitSec > 0) return { outcome: 'tooMany', retryAfterSec: waitSec };
    const operatorId = await accounts.check(email, password);
    const operator = operatorId === null ? null : directory.operator(operatorId);
    if (!operator) {
      limit.failed(email, address);
      return { outcome: 'wrong' };
    }
    limit.succeeded(email);
    const at = now();
    await eventLog.handle(
      {
        initial: null,
        evolve: () => null,
        decide: () => [{ type: 'SignedIn', data: { operatorId: operator.operatorId, method: 'password', at } }],
      },
      streamOf.operator(operator.operatorId),
      null,
      { commandId: newId('cmd'), tenant: operator.tenant, actor: `operator:${operator.operatorId}`, recordedAt: at },
    );
    return { outcome: 'signedIn', token: await accounts.begin(operator.operatorId), operator };
  };
