/** A header as a mail parser gives it: lower-case name, unfolded value. */
export type Header = { key: string; value: string };
/** What our own mail server says of a sender. */
export type SenderVerdict = { verdict: 'pass' } | { verdict: 'refused'; reason: string };

const RESULTS = 'authentication-results';

/**
 * Whether the mail server that is ours vouches for the sender's domain: `dmarc=pass` for exactly that domain in the topmost
 * Authentication-Results header (RFC 8601), written under its own name. Whatever stands further down may be the sender's own invention. A
 * second verdict under our server's name that says otherwise refuses too.
 * @param authservId name of our mail server, lower case
 * @param fromDomain domain of the From address, lower case
 */
export const senderVerdict = (headers: readonly Header[], authservId: string, fromDomain: string): SenderVerdict => {
  const results = headers.filter(({ key }) => key === RESULTS).map(({ value }) => resultsOf(value));
  const top = results[0];
  if (top === undefined) return { verdict: 'refused', reason: 'the mail server says nothing of the sender' };
  if (top.authservId !== authservId) return { verdict: 'refused', reason: 'the topmost verdict on the sender is not from our mail server' };
  const dmarc = top.results.filter(({ method }) => method === 'dmarc');
  if (dmarc.length === 0) return { verdict: 'refused', reason: 'the mail server has not looked at DMARC' };
  const passes = ({ result, from }: Result): boolean => result === 'pass' && from === fromDomain;
  if (!dmarc.every(passes)) return { verdict: 'refused', reason: 'the sender did not pass DMARC' };
  const others = results.slice(1).filter(other => other.authservId === authservId);
  return others.every(other => other.results.filter(({ method }) => method === 'dmarc').every(passes))
    ? { verdict: 'pass' }
    : { verdict: 'refused', reason: 'the mail server contradicts itself on the sender' };
};

type Result = { method: string; result: string; from: string | null };

/** `authserv-id [version]; method=result [reason=…] ptype.property=value …; …` */
const resultsOf = (value: string): { authservId: string; results: Result[] } => {
  const [server = '', ...rest] = splitOutsideQuotes(withoutComments(value));
  return { authservId: server.trim().split(/\s+/)[0]?.toLowerCase() ?? '', results: rest.map(resultOf) };
};

const resultOf = (text: string): Result => {
  const [, method = '', result = ''] = /^\s*([\w.-]+)(?:\s*\/\s*\d+)?\s*=\s*([\w-]+)/.exec(text) ?? [];
  const [, from] = /(?:^|\s)header\.from\s*=\s*"?([^\s";]+)"?/i.exec(text) ?? [];
  return { method: method.toLowerCase(), result: result.toLowerCase(), from: from?.toLowerCase().replace(/^.*@/, '') ?? null };
};

/** Comments in parentheses may be nested and hold anything, also what a sender wrote. Those in quotes are none. */
const withoutComments = (value: string): string => {
  let depth = 0;
  let quoted = false;
  let kept = '';
  for (let at = 0; at < value.length; at += 1) {
    const sign = value[at]!;
    if (sign === '\\') {
      if (depth === 0) kept += value.slice(at, at + 2);
      at += 1;
    } else if (sign === '"' && depth === 0) {
      quoted = !quoted;
      kept += sign;
    } else if (!quoted && sign === '(') depth += 1;
    else if (!quoted && sign === ')' && depth > 0) {
      depth -= 1;
      kept += ' ';
    } else if (depth === 0) kept += sign;
  }
  return kept;
};

/** At semicolons, with quoted values blanked: no value that is quoted is one we look for, and it could look like a verdict. */
const splitOutsideQuotes = (value: string): string[] => value.replace(/"(?:[^"\\]|\\.)*"?/g, '""').split(';');
