import { createHash } from 'node:crypto';
import { evolve, initial } from '@holdpoint/approval';
import type { DecisionVerb, provenVerbBody, stepUpBody, StepUpProof } from '@holdpoint/contracts';
import { actionHash } from '@holdpoint/sealing';
import { ProblemError } from '@holdpoint/service-kit';
import type { z } from 'zod';
import { loadApproval } from '../review/load-approval.ts';
import type { AccountDeps } from './account-deps.ts';
import { tooMany } from './answer-sign-in.ts';
import { requestOptions, takeAssertion, type Reached } from './passkeys.ts';
import type { Person } from './person.ts';
import { newSecretToken } from './secret-token.ts';

type What = { approvalId: string; verb: DecisionVerb };

/** The challenge a passkey signs: it stands for this decision about this action, once (OWASP ASVS 5.0.0, 7.5.3). */
const challengeFor = ({ approvalId, verb }: What, hash: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(
    createHash('sha256')
      .update(JSON.stringify(['holdpoint step-up', approvalId, verb, hash, newSecretToken()]))
      .digest(),
  );

/**
 * Begins a fresh proof for one decision about one action, which has a minute. A passkey is asked for where the person has one; a code of the
 * authenticator app only where not, since codes can be talked out of people.
 * @throws ProblemError 404 for no such approval, 403 `step_up_unavailable` for somebody who has neither
 */
export const beginStepUp =
  (deps: AccountDeps) =>
  async (person: Person, approvalId: string, { verb, action }: z.output<typeof stepUpBody>) => {
    const { accounts, eventLog, flows } = deps;
    const { operatorId, tenant } = person;
    const record = await loadApproval(eventLog, approvalId, tenant);
    if (record === null) throw new ProblemError('not_found', 404, 'There is no such approval.');
    const state = record.approval.reduce(evolve, initial);
    if (state.status === 'none') throw new ProblemError('not_found', 404, 'There is no such approval.');
    const hash = action === undefined ? state.action.hash : actionHash({ tool: action.name, args: action.args });
    const passkeys = await accounts.passkeys.list(operatorId);
    const method = passkeys.length > 0 ? 'passkey' : (await accounts.secondFactors.hasTotp(operatorId)) ? 'totp' : null;
    if (method === null)
      throw new ProblemError(
        'step_up_unavailable',
        403,
        'The policy asks for a fresh proof: add a passkey or an authenticator app in your security settings first.',
      );
    const options = await requestOptions(deps, passkeys, challengeFor({ approvalId, verb }, hash));
    const flow = flows.begin('stepUp', { operatorId, approvalId, verb, actionHash: hash, challenge: options.challenge });
    return { flow, method, actionHash: hash, options: method === 'passkey' ? options : null };
  };

/**
 * Checks the proof that comes with a decision, and uses it up.
 * @returns what `decision` is told: it compares the hash with what would run
 * @throws ProblemError 403 `step_up_refused`, 429
 */
export const takeStepUp =
  (deps: AccountDeps) =>
  async (
    person: Person,
    what: What,
    shown: NonNullable<z.output<typeof provenVerbBody>['stepUp']>,
    reached: Reached,
  ): Promise<StepUpProof> => {
    const { accounts, flows, limit, now } = deps;
    const { operatorId } = person;
    const who = `step-up of ${operatorId}`;
    const waitSec = limit.waitSec(who, who);
    if (waitSec > 0) throw tooMany(waitSec);
    const flow = flows.take('stepUp', shown.flow);
    if (flow === null || flow.operatorId !== operatorId || flow.approvalId !== what.approvalId || flow.verb !== what.verb) throw refused();
    const at = now();
    if (shown.credential !== undefined) {
      const passkey = await takeAssertion(deps, shown.credential, flow.challenge, reached);
      if (passkey?.operatorId === operatorId) return { method: 'passkey', at, actionHash: flow.actionHash, passkeyId: passkey.passkeyId };
    } else if (
      (await accounts.passkeys.list(operatorId)).length === 0 &&
      (await accounts.secondFactors.takeTotp(operatorId, shown.code ?? ''))
    ) {
      return { method: 'totp', at, actionHash: flow.actionHash };
    }
    limit.failed(who, who);
    throw refused();
  };

const refused = () =>
  new ProblemError(
    'step_up_refused',
    403,
    'The proof was not made for this, is not right, or took longer than a minute. Confirm once more.',
  );
