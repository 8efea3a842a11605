import type { Address, Operator } from '@holdpoint/directory';
import type { InboundItem, Outcome } from '../channels/channel.ts';
import { handleCommandOf, replyCommandOf } from '../channels/reply-command.ts';
import { codeHashOf } from '../handles.ts';
import type { OpenCode } from '../reply-codes.ts';
import { answer } from './answer.ts';
import { readAnswers, readAnswersTo } from './answers.ts';
import { provenPeople } from './identity.ts';
import { recordReply } from './record-reply.ts';
import { resolveHandle } from './press.ts';
import type { Place, ReplyDeps } from './reply-deps.ts';
import { refusalWords, type ReplyRefusal } from './reply-words.ts';
import { told, wordsForMember } from './words-for.ts';
import { takeWrongCode } from './wrong-code.ts';

type Text = Extract<InboundItem, { kind: 'text' }>;
type Command = Extract<ReturnType<typeof replyCommandOf>, { kind: 'command' }>;

/**
 * Somebody wrote back: to an address that holds a handle, or with a code.
 * @returns null where nothing is said back: it is about something else, or comes from nobody we know
 * @throws LogUnavailable: the same may come again
 */
export const takeReply = (deps: ReplyDeps, place: Place, text: Text): Promise<Outcome | null> =>
  text.handle === undefined ? takeCode(deps, place, text) : takeAnswer(deps, place, text, text.handle);

/** The handle stands for the message; which of its verbs is meant says the first line. */
const takeAnswer = async (
  deps: ReplyDeps,
  place: Place,
  { text, identities, inboundId }: Text,
  handle: string,
): Promise<Outcome | null> => {
  const command = handleCommandOf(text);
  if (command.kind === 'none') return null;
  const resolved = await resolveHandle(deps, place, { handle, identities, inboundId });
  if ('outcome' in resolved) return resolved;
  const { approvalId, answers, attempt, address } = resolved;
  const words = wordsForMember(deps, place, attempt.operatorId);
  if (command.kind === 'unclear') return told(words, 'refused', words.unclear[command.why]);
  if (attempt.handles.every(({ verb }) => verb !== command.verb))
    return recordRefused(deps, place, { approvalId, attemptId: attempt.attemptId }, command.verb, inboundId, attempt.operatorId);
  const note = command.note ?? undefined;
  const { verifiedAt } = address;
  return answer(deps, { place, approvalId, answers, attempt, verb: command.verb, note, inboundId, verifiedAt, canAskWhy: false, words });
};

const takeCode = async (deps: ReplyDeps, place: Place, { text, identities, inboundId }: Text): Promise<Outcome | null> => {
  const people = provenPeople(deps, place, identities);
  const [first] = people;
  const command = replyCommandOf(text);
  // A message to a stranger costs, and tells that there is something here.
  if (first === undefined || command.kind === 'none') return null;
  const words = wordsForMember(deps, place, first.operator.operatorId);
  if (command.kind === 'unclear') return told(words, 'refused', words.unclear[command.why]);
  if (isLocked(deps, place, first.operator)) return told(words, 'refused', refusalWords(words, 'locked'));
  for (const person of people) {
    const found = await openFor(deps, person.operator, command.code);
    if (found.length > 1) return refuseAll(deps, place, person.operator, found, command, inboundId);
    if (found[0] !== undefined) return answerCode(deps, place, person, found[0], command, inboundId);
  }
  const locked = await takeWrongCode(deps, place, first.operator, inboundId);
  return told(words, 'refused', locked ? refusalWords(words, 'locked') : words.wrongCode);
};

/** What a person's code stands for, as the log has it, or as it went out from here a moment ago. */
const openFor = async ({ codes, offered, handleKey }: ReplyDeps, { operatorId }: Operator, code: string): Promise<readonly OpenCode[]> => {
  const recorded = await codes.find(operatorId, code);
  const justOffered = recorded.length > 0 ? null : offered.in(codeHashOf(handleKey, operatorId, code));
  return justOffered === null ? recorded : [justOffered];
};

const isLocked = ({ directory, now }: ReplyDeps, { channel }: Place, { operatorId }: Operator): boolean => {
  const { lockedUntil } = directory.replyCodes(operatorId, channel);
  return lockedUntil !== null && lockedUntil > now();
};

const answerCode = async (
  deps: ReplyDeps,
  place: Place,
  { operator, address }: { operator: Operator; address: Address },
  { approvalId, attemptId }: OpenCode,
  { verb, code, note }: Command,
  inboundId: string,
): Promise<Outcome> => {
  const hash = codeHashOf(deps.handleKey, operator.operatorId, code);
  const answers = await readAnswersTo(deps, approvalId, hash);
  const attempt = answers.attempts.byId.get(attemptId);
  const mayBeSaid = attempt?.channel === place.channel && attempt.handles.some(handle => handle.verb === verb && handle.hash === hash);
  if (attempt === undefined || !mayBeSaid)
    return recordRefused(deps, place, { approvalId, attemptId }, verb, inboundId, operator.operatorId);
  const words = wordsForMember(deps, place, operator.operatorId);
  const said = { place, approvalId, answers, attempt, verb, note: note ?? undefined, inboundId };
  return answer(deps, { ...said, verifiedAt: address.verifiedAt, canAskWhy: false, words });
};

/** By a rare chance one code stands for several requests: nothing is guessed. */
const refuseAll = async (
  deps: ReplyDeps,
  place: Place,
  { operatorId }: Operator,
  found: readonly OpenCode[],
  { verb }: Command,
  inboundId: string,
): Promise<Outcome> => {
  for (const open of found) await recordRefused(deps, place, open, verb, inboundId, operatorId, 'ambiguous');
  const words = wordsForMember(deps, place, operatorId);
  return told(words, 'refused', refusalWords(words, 'ambiguous'));
};

const recordRefused = async (
  deps: ReplyDeps,
  place: Place,
  { approvalId, attemptId }: OpenCode,
  verb: string,
  inboundId: string,
  operatorId: string,
  reason: ReplyRefusal = 'not_allowed_here',
): Promise<Outcome> => {
  const answers = await readAnswers(deps.eventLog, approvalId);
  await recordReply(deps, place, answers, {
    type: 'ChannelReplyRefused',
    data: { approvalId, attemptId, operatorId, channel: place.channel, verb, reason, inboundId, at: deps.now() },
  });
  const words = wordsForMember(deps, place, operatorId);
  return told(words, 'refused', refusalWords(words, reason));
};
