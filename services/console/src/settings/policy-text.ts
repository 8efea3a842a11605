import type { GatePolicy } from '@holdpoint/contracts';
import { lintDocument, parsePolicy, runCases } from '@holdpoint/gate';
import { ProblemError } from '@holdpoint/service-kit';

/** A policy as somebody sends it: YAML or JSON text, or a document. */
export type PolicySource = { text?: string | undefined; document?: GatePolicy | undefined };
/** Where in the body, and what about it; for a text with line and column. */
export type Remark = { pointer: string; detail: string };

type Read = { document: GatePolicy; remark(path: readonly (string | number)[], message: string): Remark };

/** The document that was sent. @throws ProblemError 422 naming every place in the text that cannot be read */
export const documentIn = (source: PolicySource): GatePolicy => read(source).document;

/**
 * The document that was sent, if it can be used: every rule compiles, every route exists and asks somebody, and its own cases pass.
 * @returns it, and what its author should weigh
 * @throws ProblemError 422 naming every place in the text, rule, route and case that does not
 */
export const usablePolicyIn = (source: PolicySource): { document: GatePolicy; warnings: Remark[] } => {
  const { document, remark } = read(source);
  const found = lintDocument(document).map(({ path, message, severity }) => ({ ...remark(path, message), severity }));
  const said = (severity: 'error' | 'warning') =>
    found.flatMap(({ severity: of, ...place }) => (of === severity ? [{ pointer: place.pointer, detail: place.detail }] : []));
  if (said('error').length > 0) throw refused('cannot be used', said('error'));
  const failed = runCases(document).flatMap(({ name, ok, expected, said: is }, index) =>
    ok ? [] : [remark(['cases', index], `case "${name}" expects ${inWords(expected)}, but it is ${inWords(is)}`)],
  );
  if (failed.length > 0) throw refused('does not pass its own cases', failed);
  return { document, warnings: said('warning') };
};

const read = ({ text, document }: PolicySource): Read => {
  if (document !== undefined)
    return { document, remark: (path, detail) => ({ pointer: ['/document', ...path.map(escaped)].join('/'), detail }) };
  const parsed = parsePolicy(text ?? '');
  const inText = (line: number, column: number, message: string): Remark => ({
    pointer: '/text',
    detail: `line ${line}, column ${column}: ${message}`,
  });
  if (!parsed.ok)
    throw refused(
      'cannot be read',
      parsed.problems.map(({ line, column, message }) => inText(line, column, message)),
    );
  return {
    document: parsed.document,
    remark: (path, message) => {
      const { line, column } = parsed.at(path);
      return inText(line, column, message);
    },
  };
};

const escaped = (name: string | number): string => String(name).replaceAll('~', '~0').replaceAll('/', '~1');

type Said = { verdict: string; rule?: string | undefined; route?: string | undefined };
const inWords = ({ verdict, rule, route }: Said): string =>
  [verdict, ...(rule === undefined ? [] : [`by rule ${rule}`]), ...(route === undefined ? [] : [`to route ${route}`])].join(' ');

const refused = (how: string, errors: Remark[]) =>
  new ProblemError('invalid_policy', 422, `The policy ${how}: ${errors.map(error => error.detail).join('; ')}.`, { errors });
