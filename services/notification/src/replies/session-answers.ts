import type { PushPressCommand, PushPressReply, PushReceiptCommand } from '@holdpoint/contracts';
import { EventErased } from '@holdpoint/event-log';
import { newId } from '@holdpoint/sealing';
import type { Outcome } from '../channels/channel.ts';
import { readAnswersWith } from './answers.ts';
import { takePress } from './press.ts';
import { takeReceipt } from './receipt.ts';
import type { Place, ReplyDeps } from './reply-deps.ts';
import { told, wordsForMember } from './words-for.ts';

/** What comes back from a notification of a browser: proved by the session of the console, not by a provider. */
export type SessionAnswers = {
  /** Decides what the button of a notification stood for. @throws LogUnavailable */
  press(command: PushPressCommand): Promise<PushPressReply>;
  /** Records that a notification was shown or clicked. @returns whether that was news @throws LogUnavailable, RevisionConflict */
  receipt(command: PushReceiptCommand): Promise<boolean>;
};

const STATUS = { shown: 'delivered', clicked: 'read' } as const;

export const openSessionAnswers = (deps: ReplyDeps): SessionAnswers => ({
  press: async ({ tenant, operatorId, handle }) => {
    const place: Place = { tenant, channel: 'push' };
    // The session proves the person, and with that every browser of theirs: whose handle it is says the record.
    const identities = (deps.directory.operator(operatorId)?.addresses ?? [])
      .filter(({ channel, verified }) => channel === 'push' && verified)
      .map(({ address }) => address);
    const words = wordsForMember(deps, place, operatorId);
    const press = { kind: 'press' as const, inboundId: newId('prs'), identities, handle, wordsIn: words.language, reply: {} };
    const { outcome, text } = await takePress(deps, place, press).catch((error: unknown) =>
      whereErased<Outcome>(error, told(words, 'refused', words.erased)),
    );
    deps.countReply('push', outcome);
    return { outcome, text };
  },
  receipt: command => takeShown(deps, command).catch((error: unknown) => whereErased(error, false)),
});

const takeShown = async (deps: ReplyDeps, { tenant, operatorId, correlation, status }: PushReceiptCommand): Promise<boolean> => {
  const [approvalId = '', attemptId = ''] = correlation.split('.');
  const { attempts } = await readAnswersWith(deps.eventLog, approvalId, known => known.attempts.byId.has(attemptId));
  // Somebody else's notification is not theirs to have seen.
  if (attempts.byId.get(attemptId)?.operatorId !== operatorId) return false;
  const taken = await takeReceipt(
    deps,
    { tenant, channel: 'push' },
    { kind: 'receipt', inboundId: newId('rcp'), correlation, status: STATUS[status], at: null },
  );
  deps.countReply('push', taken ? 'receipt' : 'receipt_old');
  return taken;
};

/** What comes back about something that is erased is answered, and nothing is recorded; any other error stays one. */
const whereErased = <T>(error: unknown, answer: T): T => {
  if (error instanceof EventErased) return answer;
  throw error;
};
