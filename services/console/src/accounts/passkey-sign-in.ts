import type { JsonObject } from '@holdpoint/contracts';
import type { AccountDeps } from './account-deps.ts';
import { beginSession } from './begin-session.ts';
import { requestOptions, takeAssertion, type Reached } from './passkeys.ts';
import type { From, SignedIn } from './sign-in.ts';

/** Begins a sign-in by passkey: nobody says who they are, the passkey does. */
export const beginPasskeySignIn = (deps: AccountDeps) => async () => {
  const options = await requestOptions(deps, []);
  return { flow: deps.flows.begin('passkeySignIn', { challenge: options.challenge }), options };
};

/**
 * Signs in whoever the passkey belongs to. It counts as two factors: the device, and what unlocked it.
 * @throws LogUnavailable
 */
export const signInByPasskey =
  (deps: AccountDeps) =>
  async ({ flow, credential }: { flow: string; credential: JsonObject }, from: From, reached: Reached): Promise<SignedIn> => {
    const { directory, flows, limit } = deps;
    const who = `passkey from ${from.address}`;
    const waitSec = limit.waitSec(who, from.address);
    if (waitSec > 0) return { outcome: 'tooMany', retryAfterSec: waitSec };
    const begun = flows.take('passkeySignIn', flow);
    if (begun === null) return { outcome: 'notTaken', detail: 'That took too long. Try your passkey again.' };
    const passkey = await takeAssertion(deps, credential, begun.challenge, reached);
    const operator = passkey === null ? null : directory.operator(passkey.operatorId);
    if (passkey === null || operator === null) {
      limit.failed(who, from.address);
      return { outcome: 'wrong' };
    }
    if (!directory.signInPolicy(operator.tenant).methods.includes('passkey'))
      return { outcome: 'notTaken', detail: 'Your organisation does not take passkeys here.' };
    const proof = { method: 'passkey', twoFactors: true, passkeyId: passkey.passkeyId } as const;
    return { outcome: 'signedIn', token: await beginSession(deps, operator, proof, from.device), operator };
  };
