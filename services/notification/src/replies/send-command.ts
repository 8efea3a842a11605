import {
  commandSubject,
  type CommandReply,
  type DecisionChannel,
  type DecisionCommand,
  type MessageHandle,
  type VerbBody,
} from '@holdpoint/contracts';
import { NoResponder, RequestTimeout, ResponderFailed, type Messaging } from '@holdpoint/messaging';
import { sha256Hex } from '@holdpoint/sealing';

/** Longest wait for a decision, ms: as in the console, since `decision` itself waits 2 s for the gate and 5 s for an append. */
const DECISION_MS_MAX = 8_000;

export type FromChannel = {
  tenant: string;
  approvalId: string;
  operatorId: string;
  attemptId: string;
  channel: DecisionChannel;
  verb: MessageHandle['verb'];
  body: VerbBody;
};

/** One verb of one message is one command, however often and by whatever of its buttons, links and codes it is given. */
export const replyCommandId = ({ attemptId, verb }: Pick<FromChannel, 'attemptId' | 'verb'>): string =>
  `cmd_${sha256Hex(JSON.stringify(['reply', attemptId, verb]))}`;

/** Hands an answer to the decision service. @returns null when it did not confirm: the same may be sent again */
export const sendCommand = async (messaging: Pick<Messaging, 'request'>, said: FromChannel): Promise<CommandReply | null> => {
  const { tenant, approvalId, operatorId, channel, verb, body } = said;
  const command: DecisionCommand = { approvalId, tenant, operatorId, channel, commandId: replyCommandId(said), body };
  try {
    return await messaging.request<CommandReply>(commandSubject(verb), command, { timeoutMs: DECISION_MS_MAX });
  } catch (error) {
    if (error instanceof NoResponder || error instanceof RequestTimeout || error instanceof ResponderFailed) return null;
    throw error;
  }
};
