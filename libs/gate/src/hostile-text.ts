/**
 * A run of letters. Digits, punctuation and underscores end a word: `user_имя` is two words in two scripts, which is ordinary.
 */
const WORD = /[\p{L}\p{M}]+/gu;
const LATIN = /\p{Script=Latin}/u;
/** Scripts with letters that look like Latin ones (Unicode TS 39, "confusables"), without the Greek letters that units and formulas use. */
const LOOKS_LATIN = /[[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}]--[ΔΣΩλμπ\u2126]]/v;

/**
 * Whether a word mixes Latin letters with such as look like Latin: `pаypal` with a Cyrillic `а`. A word written wholly in one script is
 * never found, since whole languages are; Latin beside Chinese or Japanese is ordinary.
 */
export const hasLookAlikes = (text: string): boolean => {
  if (!LOOKS_LATIN.test(text)) return false;
  for (const [word] of text.matchAll(WORD)) if (LATIN.test(word) && LOOKS_LATIN.test(word)) return true;
  return false;
};

/** Up to four blanks, commas or dashes between two words. */
const GAP = String.raw`[\s,:-]{1,4}`;
/**
 * Sentences an honest description of an action has no use for. Each alternative is made of fixed words and gaps of bounded length, so
 * that the time is linear in the text. English only: it is a list of known tricks, not a judgement.
 */
const ADDRESSES = [
  // "Ignore all previous instructions", "disregard the rules"
  `(?:ignore|disregard|forget|override|bypass)(?:${GAP}(?:the|all|any|every|of|your|my|these|those|previous|prior|above|earlier|other|approval|safety|gate|review)){0,4}${GAP}(?:instructions?|rules?|polic(?:y|ies)|guidelines?|checks?|guardrails?)`,
  // "Dear reviewer", "Note to the approver"
  `(?:dear|attention|attn|hello|note${GAP}to|message${GAP}to|instructions?${GAP}(?:to|for))(?:${GAP}(?:the|all|human|our)){0,2}${GAP}(?:approver|reviewer|operator|moderator|gatekeeper|gate|holdpoint)s?`,
  // "no human review is required", "without further approval"
  `(?:no|without)(?:${GAP}(?:any|further|additional|human|manual|prior|more)){0,2}${GAP}(?:review|approval|sign-?off|confirmation|verification)(?:${GAP}(?:is|are|was))?${GAP}(?:needed|required|necessary)`,
  // "already approved by", "has been pre-approved"
  `(?:already(?:${GAP}been)?${GAP}|pre-?)(?:approved|authori[sz]ed|cleared)`,
  // "do not escalate this"
  `(?:do${GAP}not|don['’]t|never|must${GAP}not)${GAP}(?:reject|escalate|flag|decline|deny)`,
  // "approve this immediately", "approve it without looking"
  `(?:approve|accept|confirm|authori[sz]e)${GAP}(?:this|it|all|everything|the${GAP}(?:request|action|call))${GAP}(?:immediately|now|automatically|without|at${GAP}once|right${GAP}away|asap)`,
  // "you are the reviewer", "system prompt", a verdict's name
  `you${GAP}are${GAP}(?:the|an?|now)${GAP}(?:approver|reviewer|gate|approval|assistant|ai)`,
  `(?:system|developer)${GAP}(?:prompt|message|override|instructions?)`,
  'approve_automatically',
].join('|');
/** Marks with which chat models tell turns apart. */
const TURN_MARKS = String.raw`<\|?(?:im_start|im_end|system|endoftext)\|?>|\[/?INST\]`;
const ADDRESSES_GATE = new RegExp(`\\b(?:${ADDRESSES})\\b|${TURN_MARKS}`, 'i');

/** Whether a text speaks to whoever decides (a person or a model) instead of describing the action. */
export const addressesTheGate = (text: string): boolean => ADDRESSES_GATE.test(text);
