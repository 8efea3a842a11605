import type { Verdict } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import { diffPolicies, lintDocument, parsePolicy, runCases, type Place, type PolicyChange } from '@holdpoint/gate';

export type CheckedPolicy = {
  /** Whether it could be published as it stands. */
  usable: boolean;
  policyId: string | null;
  problems: (Place & { severity: 'error' | 'warning'; message: string })[];
  cases: (Place & { name: string; ok: boolean; expected: string; said: string; explanation: string })[];
  /** What would change against the active version; null where no version is active or the text cannot be read. */
  changes: PolicyChange[] | null;
  against: { id: string; version: number } | null;
};

/** What would be said about a policy text if it were published, with the line of each remark. Changes nothing. */
export const checkPolicy = (directory: Pick<Directory, 'activePolicy'>, tenant: string, text: string): CheckedPolicy => {
  const active = directory.activePolicy(tenant);
  const against = active === null ? null : { id: active.policyId, version: active.version };
  const read = parsePolicy(text);
  if (!read.ok) {
    const problems = read.problems.map(problem => ({ ...problem, severity: 'error' as const }));
    return { usable: false, policyId: null, problems, cases: [], changes: null, against };
  }
  const { document, at } = read;
  const problems = lintDocument(document).map(({ path, message, severity }) => ({ ...at(path), message, severity }));
  // A rule that does not compile would fail every case: say the first once.
  const broken = problems.some(({ severity }) => severity === 'error');
  const cases = broken
    ? []
    : runCases(document).map(({ name, ok, expected, said, explanation }, index) => ({
        ...at(['cases', index]),
        name,
        ok,
        expected: inWords(expected),
        said: inWords(said),
        explanation,
      }));
  const changes = active === null ? null : diffPolicies(active.document, document);
  return { usable: !broken && cases.every(({ ok }) => ok), policyId: document.id, problems, cases, changes, against };
};

type Said = { verdict: Verdict; rule?: string | undefined; route?: string | undefined };
const inWords = ({ verdict, rule, route }: Said): string =>
  [verdict, ...(rule === undefined ? [] : [`by rule ${rule}`]), ...(route === undefined ? [] : [`to route ${route}`])].join(' ');
