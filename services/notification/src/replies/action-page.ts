import { isTerminal, LIMITS, querySubject, streamOf, type EventData, type SessionReply } from '@holdpoint/contracts';
import { EventErased } from '@holdpoint/event-log';
import { newId } from '@holdpoint/sealing';
import { readHistory } from '../alert-people.ts';
import { oneLine } from '../channels/plain-text.ts';
import { parseHandle } from '../handles.ts';
import { endOf } from '../neutralise.ts';
import { isOpen } from '../round.ts';
import { answer } from './answer.ts';
import { findHandle, readAnswersTo, takenKey } from './answers.ts';
import { askingPage, consoleLink, TITLE_CHARS_MAX, type Found } from './asking-page.ts';
import { provenAddress } from './identity.ts';
import { isStale } from './is-stale.ts';
import { isNonceOf, type PageForm } from './page-answer.ts';
import type { Page, PageLine } from './page-html.ts';
import { endWords, pageWordsIn, type PageWords } from './page-words.ts';
import { recordReply } from './record-reply.ts';
import type { ReplyDeps } from './reply-deps.ts';
import { refusalWords, replyWordsIn } from './reply-words.ts';

/** What a browser says of whoever uses it: its cookies, and its `Accept-Language`. */
export type Browser = { cookie: string | undefined; languages: string | undefined };

/** The page of one handle: what `GET` shows. `POST` sends its form. */
export type ActionPages = {
  /** Changes nothing, whoever opens it how often: mail scanners open every link. @throws LogUnavailable */
  show(handle: string, browser: Browser): Promise<Page>;
  /** Decides in the name of whose link it is. @throws LogUnavailable */
  send(handle: string, browser: Browser, form: PageForm): Promise<Page>;
};

/** How long the console may take to say whose session a browser has, milliseconds. */
const SESSION_MS_MAX = 1_000;
export const openActionPages = (deps: ReplyDeps): ActionPages => ({
  show: unlessErased(deps, async (handle, browser) => {
    const found = await find(deps, handle, browser);
    if ('status' in found) return found;
    const { words } = found;
    return (
      (await somebodyElses(deps, found, browser)) ?? over(deps, found) ?? (await askingPage(deps, handle, found)) ?? unknown(deps, words)
    );
  }),
  send: unlessErased(deps, async (handle, browser, form) => {
    const found = await find(deps, handle, browser);
    if ('status' in found) return found;
    const { words } = found;
    const elses = await somebodyElses(deps, found, browser);
    if (elses !== null) {
      await recordForwarded(deps, found);
      return elses;
    }
    if (!isNonceOf(deps.handleKey, handle, form.nonce, Date.parse(deps.now())))
      return {
        ...((await askingPage(deps, handle, found)) ?? unknown(deps, words)),
        status: 409,
        title: words.openTooLong,
      };
    return decide(deps, found, form);
  }),
});

/** What was about something that is erased, before a person came or while they were at it, says so and records nothing. The console knows why. */
const unlessErased =
  <More extends unknown[]>(deps: ReplyDeps, answered: (handle: string, browser: Browser, ...more: More) => Promise<Page>) =>
  async (handle: string, browser: Browser, ...more: More): Promise<Page> => {
    try {
      return await answered(handle, browser, ...more);
    } catch (error) {
      const parsed = error instanceof EventErased ? parseHandle(handle) : null;
      if (parsed === null) throw error;
      const words = wordsFor(deps, await whoseItWas(deps, parsed), browser);
      return gone(deps, words, replyWordsIn(words.language).erased, parsed.approvalId);
    }
  };

/** Whose link it was: the person and the hash of the handle stand in the open, and are left. @throws LogUnavailable */
const whoseItWas = async ({ eventLog }: ReplyDeps, { approvalId, hash }: { approvalId: string; hash: string }): Promise<string> => {
  const { events } = await eventLog.loadRaw(streamOf.notification(approvalId));
  const told = events
    .filter(({ type }) => type === 'NotificationSent')
    .map(({ data }) => data as Omit<EventData<'NotificationSent'>, 'private'>);
  return told.find(({ handles = [] }) => handles.some(handle => handle.hash === hash))?.operatorId ?? '';
};

/** In the language of whoever reads it, as far as that is known. @param operatorId empty where nobody is known */
const wordsFor = ({ directory }: Pick<ReplyDeps, 'directory'>, operatorId: string, { languages }: Pick<Browser, 'languages'>): PageWords =>
  pageWordsIn(directory.profile(operatorId)?.language, languages);

const find = async (deps: ReplyDeps, handle: string, browser: Browser): Promise<Found | Page> => {
  const parsed = parseHandle(handle);
  if (parsed === null) return unknown(deps, wordsFor(deps, '', browser));
  const { approvalId, hash } = parsed;
  const answers = await readAnswersTo(deps, approvalId, hash, 0);
  const shown = findHandle(answers, hash);
  const { tenant } = answers;
  const operator = shown === null ? null : deps.directory.operator(shown.attempt.operatorId);
  const words = wordsFor(deps, shown?.attempt.operatorId ?? '', browser);
  if (shown === null || operator === null || tenant === null) return unknown(deps, words);
  const { attempt } = shown;
  const place = { tenant, channel: attempt.channel };
  const address = provenAddress(deps, place, operator, attempt.address === null ? [] : [attempt.address]);
  if (address === null) return gone(deps, words, words.over.addressGone);
  return { ...shown, place, approvalId, answers, operator, address, words, history: await readHistory(deps, approvalId) };
};

const page = (words: PageWords, status: number, title: string, lines: PageLine[], link: Page['link']): Page => ({
  status,
  words,
  title,
  lines,
  fields: [],
  ...(link === undefined ? {} : { link }),
});
const unknown = (deps: ReplyDeps, words: PageWords): Page =>
  page(words, 404, words.unknown.title, [words.unknown.line], consoleLink(deps, words));
const gone = (deps: ReplyDeps, words: PageWords, why: string, approvalId?: string): Page =>
  page(words, 410, words.over.title, [why], consoleLink(deps, words, approvalId));

/** A forwarded link: somebody is signed in to the console in this browser, and it is not whom the link is for. Told to the one who reads it. */
const somebodyElses = async (deps: ReplyDeps, { operator, approvalId }: Found, browser: Browser): Promise<Page | null> => {
  const session = browser.cookie === undefined ? null : await sessionOf(deps, browser.cookie);
  if (session === null || session.operatorId === operator.operatorId) return null;
  const [theirs, yours] = [oneLine(operator.name, TITLE_CHARS_MAX), oneLine(session.name, TITLE_CHARS_MAX)];
  const words = wordsFor(deps, session.operatorId, browser);
  return page(words, 403, words.elses.title(theirs), [words.elses.line(yours, theirs)], consoleLink(deps, words, approvalId));
};

const sessionOf = async ({ messaging, logger }: ReplyDeps, cookie: string): Promise<SessionReply> => {
  try {
    return await messaging.request<SessionReply>(querySubject('session'), { cookie }, { timeoutMs: SESSION_MS_MAX });
  } catch {
    logger.warn({}, 'the console does not say whose session it is; the link decides by itself');
    return null;
  }
};

/** What is decided already, or another question by now; null while it waits. */
const over = (deps: ReplyDeps, { approvalId, answers, attempt, verb, history, words }: Found): Page | null => {
  const end = endOf(history);
  if (end !== null || history.some(({ type }) => isTerminal(type))) {
    const how = end === null ? words.over.isOver : endWords(words, end);
    return gone(deps, words, `${how}. ${words.over.nothingLeft}`, approvalId);
  }
  const refused = (reason: 'already_used' | 'stale_content') =>
    gone(deps, words, refusalWords(replyWordsIn(words.language), reason), approvalId);
  if (answers.taken.has(takenKey(attempt.attemptId, verb)) || !isOpen(history, attempt.stepIndex)) return refused('already_used');
  return isStale(history, attempt.shownRevision) ? refused('stale_content') : null;
};

const decide = async (deps: ReplyDeps, found: Found, form: PageForm): Promise<Page> => {
  const { attempt, address, approvalId, words } = found;
  const { sent } = words;
  const link = consoleLink(deps, words, approvalId);
  const said = attempt.handles.find(({ verb }) => verb === form.verb)?.verb;
  if (said === undefined || form.note.length > LIMITS.noteCharsMax)
    return page(words, 400, sent.notLikeThat.title, [sent.notLikeThat.line], link);
  const outcome = await answer(deps, {
    ...found,
    verb: said,
    note: form.note === '' ? undefined : form.note,
    inboundId: newId('pge'),
    verifiedAt: address.verifiedAt,
    canAskWhy: false,
    words: replyWordsIn(words.language),
  });
  deps.countReply(found.place.channel, outcome.outcome);
  const isDone = outcome.outcome === 'done';
  // The decider's own words, which have no language with them, are English.
  const { text, wordsIn: language = 'en' } = outcome;
  const line = language === words.language ? text : { text, language };
  return page(words, isDone ? 200 : 409, isDone ? sent.taken : sent.notTaken, [line], link);
};

const recordForwarded = async (deps: ReplyDeps, { place, answers, approvalId, attempt, verb }: Found): Promise<void> => {
  deps.countReply(place.channel, 'refused');
  await recordReply(deps, place, answers, {
    type: 'ChannelReplyRefused',
    data: {
      approvalId,
      attemptId: attempt.attemptId,
      operatorId: null,
      channel: place.channel,
      verb,
      reason: 'not_yours',
      inboundId: newId('pge'),
      at: deps.now(),
    },
  });
};
