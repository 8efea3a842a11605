/** The arguments a person approved, as a model wrote them. */
export const APPROVED = '{"order_id":"Café","amount":50,"discount":0,"items":["a","b"],"note":null}';
export const TOOL = 'issue_refund';

/** A call that is made after that approval. */
export type PromisedCall = {
  is: string;
  text: string;
  tool?: string;
  /** `same`: it may run. `other`: refused wherever it is checked. Else nobody can read it in one way only: the code of the refusal. */
  then: 'same' | 'other' | 'duplicate_key' | 'unsafe_integer' | 'number_out_of_range' | 'forbidden_key' | 'lone_surrogate' | 'syntax';
};

const instead = (part: string, of: string): string => {
  if (!APPROVED.includes(of)) throw new Error(`the approved arguments have no ${of}`);
  return APPROVED.replace(of, part);
};

/** Whoever keeps the promise keeps it for each of these: the packages, the instance, and what stands in front of a tool. */
export const PROMISED_CALLS: readonly PromisedCall[] = [
  { is: 'the same text', text: APPROVED, then: 'same' },
  {
    is: 'another order of keys, and spaces',
    text: '{ "note": null, "items": ["a","b"], "discount": 0, "amount": 50, "order_id": "Café" }',
    then: 'same',
  },
  { is: 'escapes of the same characters', text: instead('"\\u0043af\\u00E9"', '"Café"'), then: 'same' },
  { is: 'other digits of the same number', text: instead('5.0e1', '50'), then: 'same' },
  { is: 'minus zero, which is zero (RFC 8785 §3.2.2.3)', text: instead('"discount":-0', '"discount":0'), then: 'same' },
  { is: '$500 instead of $50', text: instead('500', '50'), then: 'other' },
  { is: 'a cent more', text: instead('50.01', '50'), then: 'other' },
  { is: 'the least more that a number can hold', text: instead('50.00000000000001', '50'), then: 'other' },
  { is: 'the opposite', text: instead('-50', '50'), then: 'other' },
  { is: 'a text instead of a number', text: instead('"50"', '50'), then: 'other' },
  { is: 'the largest exact integer', text: instead('9007199254740991', '50'), then: 'other' },
  { is: 'another tool', text: APPROVED, tool: 'issue_refunds', then: 'other' },
  { is: 'another case of the tool', text: APPROVED, tool: 'Issue_refund', then: 'other' },
  { is: 'an accent composed in another way (NFD)', text: instead('"Cafe\u0301"', '"Café"'), then: 'other' },
  { is: 'a letter of another script that looks alike', text: instead('"\u0421afé"', '"Café"'), then: 'other' },
  { is: 'a character nobody sees', text: instead('"Café\u200B"', '"Café"'), then: 'other' },
  { is: 'a space at the end', text: instead('"Café "', '"Café"'), then: 'other' },
  { is: 'one key more', text: instead('"note":null,"to":"mallory"', '"note":null'), then: 'other' },
  { is: 'a key left out that was null', text: instead('', ',"note":null'), then: 'other' },
  { is: 'false instead of null', text: instead('"note":false', '"note":null'), then: 'other' },
  { is: 'another case of a key', text: instead('"Amount"', '"amount"'), then: 'other' },
  { is: 'another order in a list', text: instead('["b","a"]', '["a","b"]'), then: 'other' },
  { is: 'no arguments', text: '{}', then: 'other' },
  { is: 'a key that stands twice', text: instead('"amount":50,"amount":500', '"amount":50'), then: 'duplicate_key' },
  { is: 'a key that stands twice, once escaped', text: instead('"amount":50,"\\u0061mount":500', '"amount":50'), then: 'duplicate_key' },
  { is: '2^53+1, which rounds to another number', text: instead('9007199254740993', '50'), then: 'unsafe_integer' },
  { is: '1e400, which is no number here', text: instead('1e400', '50'), then: 'number_out_of_range' },
  { is: 'a key that reaches a prototype', text: instead('"__proto__":{"amount":500}', '"note":null'), then: 'forbidden_key' },
  { is: 'half a character', text: instead('"Caf\\ud83d"', '"Café"'), then: 'lone_surrogate' },
  { is: 'a number that JSON does not have', text: instead('NaN', '50'), then: 'syntax' },
];
