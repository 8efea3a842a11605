import { ceilingOf, isAbove, type MessageHandle, type RecordedEvent } from '@holdpoint/contracts';
import type { Address, Operator } from '@holdpoint/directory';
import type { Attempt } from '../attempts.ts';
import { clock, timeLeft } from '../channels/deadline.ts';
import { sentencesIn } from '../channels/own-sentences.ts';
import { oneLine, plainText } from '../channels/plain-text.ts';
import { pageNonceOf } from '../handles.ts';
import { roundOfCopy } from '../neutralise.ts';
import { readerOf } from '../reader.ts';
import { redact } from '../redact.ts';
import type { Round } from '../round.ts';
import { secretsOf } from '../secrets-of.ts';
import type { Answers } from './answers.ts';
import type { Page, PageButton } from './page-html.ts';
import type { PageWords } from './page-words.ts';
import type { Place, ReplyDeps } from './reply-deps.ts';

/** Of each text of the agent, characters: enough to decide what low risk allows; the rest is in the console. */
const TEXT_CHARS_MAX = 1_500;
export const TITLE_CHARS_MAX = 120;

/** A handle, and all that is known about what it stands for. */
export type Found = {
  place: Place;
  approvalId: string;
  answers: Answers;
  attempt: Attempt;
  verb: MessageHandle['verb'];
  operator: Operator;
  address: Address;
  history: readonly RecordedEvent[];
  /** What the page is written in. */
  words: PageWords;
};

export const consoleLink = ({ consoleUrl }: ReplyDeps, { openConsole }: PageWords, approvalId?: string) => ({
  label: openConsole,
  url: approvalId === undefined ? `${consoleUrl}/` : `${consoleUrl}/approvals/${approvalId}`,
});

/** What would be decided, by whom, until when, with the form that decides it. @returns null when the history does not say what it is about */
export const askingPage = async (deps: ReplyDeps, handle: string, found: Found): Promise<Page | null> => {
  const { approvalId, attempt, operator, history, place, words } = found;
  const { asks, language } = words;
  const round = roundOfCopy(history, attempt);
  if (round === null) return null;
  const secrets = await secretsOf(deps, place.tenant, approvalId, history);
  const buttons = buttonsOf(deps, found, round);
  const { timeZone } = readerOf(deps, place.tenant, operator.operatorId);
  const organization = deps.directory.organization(place.tenant)?.name ?? place.tenant;
  return {
    status: 200,
    words,
    title: `${oneLine(redact(round.text.actionName, secrets), TITLE_CHARS_MAX)} (${sentencesIn(language).mail.risk[round.riskLevel]})`,
    lines: [
      asks.who(oneLine(operator.name, TITLE_CHARS_MAX), oneLine(organization, TITLE_CHARS_MAX)),
      asks.until(clock(round.expiresAt, timeZone), timeLeft(deps.now(), round.expiresAt, language)),
      ...(buttons.some(({ verb }) => verb === 'approve') ? [] : [asks.approveElsewhere]),
    ],
    fields: agentsFields(words, round, secrets),
    form: {
      nonce: pageNonceOf(deps.handleKey, handle, Date.parse(deps.now())),
      buttons,
      asksNote: buttons.some(({ verb }) => verb === 'reject'),
    },
    link: { ...consoleLink(deps, words, approvalId), label: words.wholeInConsole },
  };
};

const agentsFields = ({ agent }: PageWords, { text }: Round, secrets: readonly string[]): Page['fields'] =>
  [
    { label: agent.proposal, raw: text.proposedAction },
    { label: agent.about, raw: text.entityId },
    { label: agent.summary, raw: text.contextSummary },
  ]
    .filter(({ raw }) => raw.trim() !== '')
    .map(({ label, raw }) => ({ label, ...plainText(redact(raw, secrets), TEXT_CHARS_MAX) }));

/** What the message offered, the link's own first; approving only up to the channel's ceiling as it is now. */
const buttonsOf = (
  { directory }: ReplyDeps,
  { attempt, verb, place, words }: Found,
  { riskLevel }: Pick<Round, 'riskLevel'>,
): PageButton[] => {
  const { channel, tenant } = place;
  const mayApprove = channel !== 'inbox' && !isAbove(riskLevel, ceilingOf(directory.channelPolicy(tenant), channel));
  const verbs = new Set<MessageHandle['verb']>([verb, ...attempt.handles.map(handle => handle.verb)]);
  return [...verbs]
    .filter(one => one !== 'approve' || mayApprove)
    .map(one => ({ verb: one, label: words.verbs[one], strong: one === verb }));
};
