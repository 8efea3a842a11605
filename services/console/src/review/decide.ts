import { createHash } from 'node:crypto';
import {
  commandSubject,
  type CommandReply,
  type DecisionCommand,
  type DecisionVerb,
  type StepUpProof,
  type VerbBody,
} from '@holdpoint/contracts';
import { NoResponder, RequestTimeout, ResponderFailed, type Messaging } from '@holdpoint/messaging';
import { newId } from '@holdpoint/sealing';
import type { Person } from '../accounts/person.ts';

/** Longest wait for a decision, ms: `decision` itself waits 2 s for the gate and 5 s for an append. */
const DECISION_MS_MAX = 8_000;

export type Decided = CommandReply | { outcome: 'unavailable'; detail: string };

/** What goes along: the caller's key for this click (the same key is the same command, however often it is sent), and a proof that was checked. */
type Along = { retryKey?: string | undefined; stepUp?: StepUpProof | undefined };

/**
 * Hands a person's verb to the decision service and waits for its answer. Who the person is goes with it from the session; nothing in
 * the body can say otherwise.
 */
export const decide =
  (messaging: Pick<Messaging, 'request'>) =>
  async (person: Person, approvalId: string, verb: DecisionVerb, body: VerbBody, { retryKey, stepUp }: Along = {}): Promise<Decided> => {
    const command: DecisionCommand = {
      approvalId,
      tenant: person.tenant,
      operatorId: person.operatorId,
      channel: person.by === 'token' ? 'api' : 'console',
      commandId: retryKey === undefined ? newId('cmd') : commandIdOf(person.operatorId, approvalId, verb, retryKey),
      body,
      ...(stepUp === undefined ? {} : { stepUp }),
    };
    try {
      return await messaging.request<CommandReply>(commandSubject(verb), command, { timeoutMs: DECISION_MS_MAX });
    } catch (error) {
      if (error instanceof NoResponder)
        return { outcome: 'unavailable', detail: 'The decision service does not answer; nothing was decided. Try again.' };
      if (error instanceof RequestTimeout || error instanceof ResponderFailed)
        return { outcome: 'unavailable', detail: 'The decision service did not confirm. Look at the request before you decide again.' };
      throw error;
    }
  };

const commandIdOf = (...parts: string[]): string => `cmd_${createHash('sha256').update(JSON.stringify(parts)).digest('hex')}`;
