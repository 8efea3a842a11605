import type { Outcome } from '../channels/channel.ts';
import { readerOf } from '../reader.ts';
import { provenPeople } from './identity.ts';
import type { Place, ReplyDeps } from './reply-deps.ts';
import { replyWordsIn, type ReplyWords } from './reply-words.ts';

/** Who answers, as far as the envelope says; `wordsIn` where the conversation is in a language already (a call). */
export type Answering = { identities: readonly string[]; wordsIn?: string };

/** What a member who answers is told in: the language of the conversation where it has one, else the member's own. */
export const wordsForMember = (
  deps: Pick<ReplyDeps, 'directory'>,
  { tenant }: Place,
  operatorId: string,
  wordsIn = readerOf(deps, tenant, operatorId).language,
): ReplyWords => replyWordsIn(wordsIn);

/** The same for whoever answers; English where the envelope proves nobody. */
export const wordsForWhoever = (
  deps: Pick<ReplyDeps, 'directory' | 'channels'>,
  place: Place,
  { identities, wordsIn }: Answering,
): ReplyWords => wordsForMember(deps, place, provenPeople(deps, place, identities)[0]?.operator.operatorId ?? '', wordsIn);

/** What came of an answer, in these words. */
export const told = ({ language }: ReplyWords, outcome: Outcome['outcome'], text: string): Outcome => ({
  outcome,
  text,
  wordsIn: language,
});
