import type { AlertChannel } from '@holdpoint/contracts';
import { EventErased, LogUnavailable, RevisionConflict } from '@holdpoint/event-log';
import { ProblemError } from '@holdpoint/service-kit';
import type { HttpAnswer, Inbound, InboundItem, InboundRequest, OpenChannel, Outcome } from '../channels/channel.ts';
import { hookUrlOf } from '../open-channels.ts';
import { takeChangedAddress, takeOptOut } from './addresses.ts';
import { takeEnrolment } from './enrol.ts';
import { takePress } from './press.ts';
import { takeReceipt } from './receipt.ts';
import { takeReply } from './reply.ts';
import type { Place, ReplyDeps } from './reply-deps.ts';
import type { ReplyWords } from './reply-words.ts';
import { told, wordsForWhoever } from './words-for.ts';

/** A provider's call as HTTP brought it. @property query with its `?`, or empty */
export type HookCall = Omit<InboundRequest, 'url'> & { query: string };
export type Hooks = {
  /**
   * Takes a provider's call: verified over its raw bytes, acted on in order, answered in the protocol's own way.
   * @throws ProblemError 404 unknown address, 401 not signed as the provider signs, 503 the log cannot take it: it is to come again
   */
  take(channel: AlertChannel, hookId: string, call: HookCall): Promise<HttpAnswer>;
  /** Resolves when what is under way is done, or after a limit. */
  drain(): Promise<void>;
};

/** Providers wait 3 s (Slack) to 20 s; what takes longer goes on here and is told afterwards. */
const ANSWER_MS_MAX = 2_500;
/** Longest wait at shutdown, milliseconds: a decision's own limit. */
const DRAIN_MS_MAX = 9_000;
/** Things that came in and were acted on, remembered so that what comes twice at once is done and told once. The log knows older ones. */
const RECENT_MAX = 10_000;

/** `outcome` null: there is nothing to say. */
type Done = { item: InboundItem; outcome: Outcome | null; isRepeat: boolean };

export const openHooks = (deps: ReplyDeps): Hooks => {
  const recent = new Map<string, Promise<Outcome | null>>();
  const running = new Set<Promise<unknown>>();
  const track = <T>(work: Promise<T>): Promise<T> => {
    running.add(work);
    void work.catch(() => undefined).finally(() => running.delete(work));
    return work;
  };

  const once = async (place: Place, item: InboundItem): Promise<Done> => {
    const key = item.kind === 'ignored' ? null : keyOf(place, item);
    const known = key === null ? undefined : recent.get(key);
    if (known !== undefined) return { item, outcome: await known, isRepeat: true };
    const work = act(deps, place, item);
    if (key !== null) remember(recent, key, work);
    return { item, outcome: await work, isRepeat: false };
  };
  const inOrder = async (place: Place, items: readonly InboundItem[]): Promise<Done[]> => {
    const done: Done[] = [];
    for (const item of items) done.push(await once(place, item));
    return done;
  };
  const actAll = async (place: Place, items: readonly InboundItem[]): Promise<Done[]> => {
    const done = (await Promise.all([...Map.groupBy(items, lineOf).values()].map(line => inOrder(place, line)))).flat();
    return done.toSorted((one, other) => items.indexOf(one.item) - items.indexOf(other.item));
  };

  return {
    take: async (channel, hookId, { query, ...call }) => {
      const connection = deps.directory.channelByHook(hookId);
      const open = connection?.channel === channel ? deps.channels.of(connection.tenant, channel) : null;
      if (connection === null || open?.inbound === undefined)
        throw new ProblemError('not_found', 404, 'No channel is called back at this address.');
      const place: Place = { tenant: connection.tenant, channel };
      const request = { ...call, url: `${hookUrlOf(deps.publicUrl, connection)}${query}` };
      const { inbound } = open;
      const verdict = await inbound.verify(request, Date.parse(deps.now()));
      if (verdict.verdict === 'challenge') return verdict.answer;
      if (verdict.verdict === 'refused') {
        deps.countReply(channel, 'forged');
        deps.logger.warn({ channel, reason: verdict.reason }, 'a call that is not proven to be from the provider was refused');
        throw new ProblemError('not_authentic', 401, 'This is not signed as the provider signs its calls.');
      }
      const items = await inbound.parse(request);
      const work = track(actAll(place, items));
      const done = await inTime(work);
      // Whom the answer itself reaches is not told again.
      const isTold = ({ item }: Done) => done !== null && inbound.answersWithOutcome && (inbound.isToldByAnswer?.(item) ?? true);
      const tell = (all: readonly Done[]) => {
        const untold = all.filter(one => !isTold(one));
        return tellAll(deps, open, place, untold);
      };
      const giveUp = async (error: unknown) => {
        deps.logger.warn({ err: error, channel }, 'what came in could not be acted on');
        // Answered already, so the provider does not send it again: the person has to.
        if (done === null)
          await tell(items.map(item => ({ item, outcome: refusedIn(wordsOf(deps, place, item), 'tryAgain'), isRepeat: false })));
      };
      void track(work.then(tell, giveUp));
      return answerOf(inbound, items, done);
    },
    drain: async () => {
      const limit = Promise.withResolvers<void>();
      const timer = setTimeout(limit.resolve, DRAIN_MS_MAX);
      while (running.size > 0 && (await Promise.race([Promise.allSettled(running), limit.promise.then(() => null)])) !== null);
      clearTimeout(timer);
    },
  };
};

const answerOf = (inbound: Inbound, items: readonly InboundItem[], done: readonly Done[] | null): HttpAnswer =>
  inbound.answer(items, inbound.answersWithOutcome ? (done ?? []).map(({ outcome }) => outcome ?? NOTHING_TO_SAY) : []);
const NOTHING_TO_SAY: Outcome = { outcome: 'done', text: '' };

/**
 * What was done within the provider's patience; null when it still goes on. The log's failure is the provider's to hear: it sends the call again.
 * @throws ProblemError 503
 */
const inTime = async (work: Promise<Done[]>): Promise<Done[] | null> => {
  const late = Promise.withResolvers<null>();
  const timer = setTimeout(() => late.resolve(null), ANSWER_MS_MAX);
  try {
    return await Promise.race([work, late.promise]);
  } catch (error) {
    if (error instanceof LogUnavailable || error instanceof RevisionConflict)
      throw new ProblemError('log_unavailable', 503, 'It could not be recorded now; send it again.', { headers: { 'retry-after': '1' } });
    throw error;
  } finally {
    clearTimeout(timer);
  }
};

/**
 * What came later may stand on what came before, so it is acted on in order. Receipts stand in a line of their own for each approval: they may have to
 * wait for the record of their message, and nobody who answers waits for that.
 */
const lineOf = (item: InboundItem): string => (item.kind === 'receipt' ? `receipts/${item.correlation?.split('.')[0]}` : 'answers');

const keyOf = ({ tenant, channel }: Place, item: Exclude<InboundItem, { kind: 'ignored' }>): string =>
  [tenant, channel, item.kind, item.inboundId, item.kind === 'receipt' ? item.status : ''].join('/');

const remember = (recent: Map<string, Promise<Outcome | null>>, key: string, work: Promise<Outcome | null>): void => {
  if (recent.size >= RECENT_MAX) recent.delete(recent.keys().next().value!);
  recent.set(key, work);
  // What failed is to be tried when it comes again.
  work.catch(() => recent.delete(key));
};

const act = async (deps: ReplyDeps, place: Place, item: InboundItem): Promise<Outcome | null> => {
  try {
    return await take(deps, place, item);
  } catch (error) {
    if (!(error instanceof EventErased)) throw error;
    return counted(deps, place.channel, refusedIn(wordsOf(deps, place, item), 'erased'));
  }
};

const wordsOf = (deps: ReplyDeps, place: Place, item: InboundItem): ReplyWords =>
  wordsForWhoever(deps, place, 'identities' in item ? item : { identities: [] });
const refusedIn = (words: ReplyWords, name: 'tryAgain' | 'erased'): Outcome => told(words, 'refused', words[name]);

const take = async (deps: ReplyDeps, place: Place, item: InboundItem): Promise<Outcome | null> => {
  const { channel } = place;
  switch (item.kind) {
    case 'press':
      return counted(deps, channel, await takePress(deps, place, item));
    case 'text':
      return counted(deps, channel, await takeReply(deps, place, item));
    case 'enrol':
      return counted(deps, channel, await takeEnrolment(deps, place, item));
    case 'receipt':
      deps.countReply(channel, (await takeReceipt(deps, place, item)) ? 'receipt' : 'receipt_old');
      return null;
    case 'optOut':
      deps.countReply(channel, (await takeOptOut(deps, place, item.inboundId, item.identities)) ? 'opt_out' : 'ignored');
      return null;
    case 'addressChanged':
      deps.countReply(channel, (await takeChangedAddress(deps, place, item.inboundId, item.from, item.to)) ? 'moved' : 'ignored');
      return null;
    // Whoever wants to hear from us again proves the address anew, in the console: what was switched off is not known any more.
    case 'optIn':
    case 'ignored':
      deps.countReply(channel, 'ignored');
      return null;
  }
};

const counted = (deps: ReplyDeps, channel: AlertChannel, outcome: Outcome | null): Outcome | null => {
  deps.countReply(channel, outcome?.outcome ?? 'ignored');
  return outcome;
};

/** Tells each person what became of it. What cannot be told is of no consequence: the outcome is on record. */
const tellAll = async (deps: ReplyDeps, open: OpenChannel, { channel }: Place, all: readonly Done[]): Promise<void> => {
  for (const { item, outcome, isRepeat } of all) {
    if (outcome === null || isRepeat || (item.kind !== 'press' && item.kind !== 'text' && item.kind !== 'enrol')) continue;
    try {
      await open.acknowledge?.(item, outcome);
    } catch {
      // A channel's error may quote what it was sending.
      deps.logger.warn({ channel }, 'the person could not be told what became of the answer');
    }
  }
};
