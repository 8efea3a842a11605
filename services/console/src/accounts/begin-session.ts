import { streamOf, type SecondFactor, type SettingsEvent, type SignInMethod } from '@holdpoint/contracts';
import type { Operator } from '@holdpoint/directory';
import { newId } from '@holdpoint/sealing';
import type { AccountDeps } from './account-deps.ts';

/** How somebody proved who they are. */
export type Proof = { method: SignInMethod; twoFactors: boolean; secondFactor?: SecondFactor; passkeyId?: string };

/**
 * Begins a session with a token of its own, so that none that was there before is taken over. That somebody signed in is an event; the session
 * begins only once it is stored.
 * @returns the token. @throws LogUnavailable
 */
export const beginSession = async (deps: AccountDeps, operator: Operator, proof: Proof, device: string): Promise<string> => {
  const { method, twoFactors, secondFactor, passkeyId } = proof;
  await recordOwn(deps, operator, at => [
    {
      type: 'SignedIn',
      data: {
        operatorId: operator.operatorId,
        method,
        at,
        ...(secondFactor === undefined ? {} : { secondFactor }),
        ...(passkeyId === undefined ? {} : { passkeyId }),
      },
    },
  ]);
  return deps.accounts.sessions.begin(operator.operatorId, { method, twoFactors, device });
};

/** Puts on record what a person did about their own account, as that person. @throws LogUnavailable */
export const recordOwn = async (
  { eventLog, now }: Pick<AccountDeps, 'eventLog' | 'now'>,
  { operatorId, tenant }: Pick<Operator, 'operatorId' | 'tenant'>,
  events: (at: string) => SettingsEvent[],
): Promise<void> => {
  const at = now();
  await eventLog.handle({ initial: null, evolve: () => null, decide: () => events(at) }, streamOf.operator(operatorId), null, {
    commandId: newId('cmd'),
    tenant,
    actor: `operator:${operatorId}`,
    recordedAt: at,
  });
};
