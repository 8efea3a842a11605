import { isTerminal, LIMITS, querySubject, type SessionReply } from '@holdpoint/contracts';
import { EventErased } from '@holdpoint/event-log';
import { newId } from '@holdpoint/sealing';
import { readHistory } from '../alert-people.ts';
import { oneLine } from '../channels/plain-text.ts';
import { parseHandle } from '../handles.ts';
import { outcomeOf } from '../neutralise.ts';
import { isOpen } from '../round.ts';
import { answer } from './answer.ts';
import { findHandle, readAnswers, takenKey } from './answers.ts';
import { askingPage, consoleLink, TITLE_CHARS_MAX, type Found } from './asking-page.ts';
import { provenAddress } from './identity.ts';
import { isStale } from './is-stale.ts';
import { isNonceOf, type PageForm } from './page-answer.ts';
import type { Page } from './page-html.ts';
import { recordReply } from './record-reply.ts';
import type { ReplyDeps } from './reply-deps.ts';
import { refusalWords, replyWordsIn } from './reply-words.ts';

/** The page of one handle: what `GET` shows. `POST` sends its form. */
export type ActionPages = {
  /** Changes nothing, whoever opens it how often: mail scanners open every link. @throws LogUnavailable */
  show(handle: string, cookie: string | undefined): Promise<Page>;
  /** Decides in the name of whose link it is. @throws LogUnavailable */
  send(handle: string, cookie: string | undefined, form: PageForm): Promise<Page>;
};

/** The pages are in English. */
const WORDS = replyWordsIn('en');
/** How long the console may take to say whose session a browser has, milliseconds. */
const SESSION_MS_MAX = 1_000;
export const openActionPages = (deps: ReplyDeps): ActionPages => ({
  show: unlessErased(deps, async (handle, cookie) => {
    const found = await find(deps, handle);
    if ('status' in found) return found;
    return (await somebodyElses(deps, found, cookie)) ?? over(deps, found) ?? (await askingPage(deps, handle, found)) ?? unknown(deps);
  }),
  send: unlessErased(deps, async (handle, cookie, form) => {
    const found = await find(deps, handle);
    if ('status' in found) return found;
    const elses = await somebodyElses(deps, found, cookie);
    if (elses !== null) {
      await recordForwarded(deps, found);
      return elses;
    }
    if (!isNonceOf(deps.handleKey, handle, form.nonce, Date.parse(deps.now())))
      return {
        ...((await askingPage(deps, handle, found)) ?? unknown(deps)),
        status: 409,
        title: 'The page was open for too long; decide again',
      };
    return decide(deps, found, form);
  }),
});

/** What was about something that is erased, before a person came or while they were at it, says so and records nothing. The console knows why. */
const unlessErased =
  <More extends unknown[]>(deps: ReplyDeps, answered: (handle: string, ...more: More) => Promise<Page>) =>
  async (handle: string, ...more: More): Promise<Page> => {
    try {
      return await answered(handle, ...more);
    } catch (error) {
      if (!(error instanceof EventErased)) throw error;
      return gone(deps, WORDS.erased, parseHandle(handle)?.approvalId);
    }
  };

const find = async (deps: ReplyDeps, handle: string): Promise<Found | Page> => {
  const parsed = parseHandle(handle);
  if (parsed === null) return unknown(deps);
  const { approvalId, hash } = parsed;
  const answers = await readAnswers(deps.eventLog, approvalId);
  const shown = findHandle(answers, hash);
  const { tenant } = answers;
  const operator = shown === null ? null : deps.directory.operator(shown.attempt.operatorId);
  if (shown === null || operator === null || tenant === null) return unknown(deps);
  const { attempt } = shown;
  const place = { tenant, channel: attempt.channel };
  const address = provenAddress(deps, place, operator, attempt.address === null ? [] : [attempt.address]);
  if (address === null) return gone(deps, 'This link went to an address that is not in use any more.');
  return { ...shown, place, approvalId, answers, operator, address, history: await readHistory(deps, approvalId) };
};

const page = (status: number, title: string, lines: string[], link: Page['link']): Page => ({
  status,
  title,
  lines,
  fields: [],
  ...(link === undefined ? {} : { link }),
});
const unknown = (deps: ReplyDeps): Page =>
  page(
    404,
    'This link is not known',
    ['It may be cut off, or from another installation. What waits for you is in the console.'],
    consoleLink(deps),
  );
const gone = (deps: ReplyDeps, why: string, approvalId?: string): Page =>
  page(410, 'Nothing can be decided here any more', [why], consoleLink(deps, approvalId));

/** A forwarded link: somebody is signed in to the console in this browser, and it is not whom the link is for. */
const somebodyElses = async (deps: ReplyDeps, { operator, approvalId }: Found, cookie: string | undefined): Promise<Page | null> => {
  const session = cookie === undefined ? null : await sessionOf(deps, cookie);
  if (session === null || session.operatorId === operator.operatorId) return null;
  const [theirs, yours] = [oneLine(operator.name, TITLE_CHARS_MAX), oneLine(session.name, TITLE_CHARS_MAX)];
  return page(
    403,
    `This link is ${theirs}’s`,
    [`You are ${yours}, and only ${theirs} can decide from this link. If you may decide too, do it in the console.`],
    consoleLink(deps, approvalId),
  );
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
const over = (deps: ReplyDeps, { approvalId, answers, attempt, verb, history }: Found): Page | null => {
  const ended = outcomeOf(history);
  if (ended !== null || history.some(({ type }) => isTerminal(type)))
    return gone(deps, `${ended ?? 'It is over'}. There is nothing left to decide.`, approvalId);
  if (answers.taken.has(takenKey(attempt.attemptId, verb)) || !isOpen(history, attempt.stepIndex))
    return gone(deps, refusalWords(WORDS, 'already_used'), approvalId);
  return isStale(history, attempt.shownRevision) ? gone(deps, refusalWords(WORDS, 'stale_content'), approvalId) : null;
};

const decide = async (deps: ReplyDeps, found: Found, form: PageForm): Promise<Page> => {
  const { attempt, address, approvalId } = found;
  const said = attempt.handles.find(({ verb }) => verb === form.verb)?.verb;
  if (said === undefined || form.note.length > LIMITS.noteCharsMax)
    return page(
      400,
      'This cannot be decided like that',
      ['Go back and choose one of the buttons; a reason has up to 4 000 characters.'],
      consoleLink(deps, approvalId),
    );
  const outcome = await answer(deps, {
    ...found,
    verb: said,
    note: form.note === '' ? undefined : form.note,
    inboundId: newId('pge'),
    verifiedAt: address.verifiedAt,
    canAskWhy: false,
    words: WORDS,
  });
  deps.countReply(found.place.channel, outcome.outcome);
  const title = outcome.outcome === 'done' ? 'Taken' : 'Not taken';
  return page(outcome.outcome === 'done' ? 200 : 409, title, [outcome.text], consoleLink(deps, approvalId));
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
