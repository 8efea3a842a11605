import type { ApprovalContext, HOOK_PROVIDERS } from '@holdpoint/contracts';
import type { Connection } from './agent.ts';
import { batched, type ParsedCall, type Place } from './pending-call.ts';
import type { Reply } from './reconcile.ts';
import { UnknownPause } from './unknown-pause.ts';
import type { WayIn } from './way-in.ts';

/** One session at a provider, and how we may reach it. Every byte goes through the guarded client. */
export type SessionPlace = { connection: Connection; sessionId: string; fetch: typeof fetch };

/** One provider whose webhooks say that a session waits. They are thin: what it waits for is read from the session itself. */
export type Hook = {
  provider: (typeof HOOK_PROVIDERS)[number];
  wayIn: WayIn;
  /**
   * @param event a webhook whose signature was checked
   * @returns the session it is about; null for events of other types
   * @throws UnknownPause
   */
  sessionOf(event: unknown): string | null;
  /** Reads the session as it is now. Never rejects for what the network or the server does. */
  look(place: SessionPlace): Promise<{ session: unknown } | { unreadable: Reply }>;
  /**
   * The session once for each call it waits for, as if it waited for nothing else: one of a shape we do not know hides no other.
   * @throws UnknownPause for a session we cannot read at all
   */
  apart(session: unknown): unknown[];
  /** What was said in the session before, for people to read; undefined where that is not known. */
  contextOf(session: unknown): ApprovalContext | undefined;
  /** Sends an answer of `wayIn.format` to the session. Absent where a second answer, of another delivery, would have effect as well. */
  answer?(place: SessionPlace, events: unknown): Promise<Reply>;
};

/** A call of a session that waits. `pause` is the session as if it waited for this alone. */
export type WaitingCall = { pause: unknown; call: ParsedCall } | { pause: unknown; unknown: UnknownPause };

/** Everything a session waits for, in its order, each read on its own. @throws UnknownPause for a session that cannot be read */
export const waitingCalls = ({ apart, contextOf, wayIn }: Hook, session: unknown, sessionId: string, given: Place): WaitingCall[] => {
  const context = contextOf(session);
  const place = context === undefined ? given : { ...given, context };
  const read = apart(session).flatMap((pause): WaitingCall[] => {
    try {
      return wayIn.parse(pause, place).map(call => ({ pause, call }));
    } catch (error) {
      if (error instanceof UnknownPause) return [{ pause, unknown: error }];
      throw error;
    }
  });
  const calls = batched(
    sessionId,
    read.flatMap(entry => ('call' in entry ? [entry.call] : [])),
  );
  let index = 0;
  return read.map(entry => ('call' in entry ? { ...entry, call: calls[index++]! } : entry));
};
