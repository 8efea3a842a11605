import { globSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { escalationPolicy, newScheduleVersion, route } from '@holdpoint/contracts';
import { lintPolicy, parsePolicy, runCases } from '@holdpoint/gate';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { snippet, snippetsIn, type Snippet } from './snippets.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const PAGES = [
  'README.md',
  ...globSync(
    [
      'libs/{sdk,sdk-python,cli}/README.md',
      'libs/agents/src/*/README.md',
      'docs/*.md',
      'docs/guides/*.md',
      'docs/channels/*.md',
      'docs/examples/**/*.md',
    ],
    { cwd: root },
  ),
];

/** What is wrong with a snippet as a text of its language; nothing where it can be read. */
const READ: Record<string, (text: string) => string> = {
  json: text => faultOf(() => JSON.parse(text)),
  yaml: text => faultOf(() => parse(text)),
  ts: text => faultOf(() => stripTypeScriptTypes(`async () => {${text.replaceAll(/^import .*$/gm, '')}}`)),
  sh: text => spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' }).stderr,
  python: text =>
    spawnSync('python3', ['-c', 'import ast, sys; ast.parse(sys.stdin.read())'], { input: text, encoding: 'utf8' }).stderr ?? '',
};
const faultOf = (read: () => unknown): string => {
  try {
    read();
    return '';
  } catch (error) {
    return String(error);
  }
};
const faulty = ({ language, text }: Snippet): string => (READ[language] ?? (() => `${language} is no language of these pages`))(text);

describe('the snippets of the pages', () => {
  it.each(PAGES.filter(page => snippetsIn(page).length > 0))('can be read: %s', page => {
    expect(
      snippetsIn(page)
        .map(each => [each.text, faulty(each)])
        .filter(([, fault]) => fault !== ''),
    ).toEqual([]);
  });
  it('would be seen if they could not', () => {
    const broken = { json: '{"a":}', yaml: 'a: [', ts: 'const = 1', sh: "echo '", python: 'def' };
    expect(Object.entries(broken).filter(([language, text]) => faulty({ page: '', language, text }) === '')).toEqual([]);
  });
});

describe('the guides show', () => {
  const whole = snippet('docs/guides/policies.md', 'yaml', 'id: refunds');
  const base = parse(whole) as { routes: object };
  /** The policy of the guide with a part of it replaced, as `lint` sees it. */
  const problemsWith = (part: object): unknown[] => {
    const parsed = parsePolicy(JSON.stringify({ ...base, ...part, routes: { ...base.routes, ...(part as { routes?: object }).routes } }));
    return parsed.ok ? [] : parsed.problems;
  };

  it('a policy without a fault that passes its cases', () => {
    expect(lintPolicy(whole)).toEqual([]);
    const parsed = parsePolicy(whole);
    if (!parsed.ok) throw new Error('the policy cannot be read');
    expect(runCases(parsed.document).map(({ ok }) => ok)).toEqual([true]);
  });
  it.each(
    ['policies', 'four-eyes', 'escalation-and-on-call']
      .flatMap(page => snippetsIn(`docs/guides/${page}.md`))
      .filter(({ language, text }) => language === 'yaml' && /^(history|routes):/.test(text))
      .map(({ text }) => text),
  )('a part that fits into a policy: %s', text => {
    expect(problemsWith(parse(text) as object)).toEqual([]);
    expect(problemsWith({ ...(parse(text) as object), wishes: 1 })).not.toEqual([]);
  });
  it.each(['four-eyes', 'escalation-and-on-call'])('steps of a route: %s', page => {
    const steps = snippetsIn(`docs/guides/${page}.md`).find(({ text }) => text.startsWith('steps:'))!;
    expect(route.parse(parse(steps.text)).steps.length).toBeGreaterThan(0);
  });
  it('a schedule and a ladder that are taken', () => {
    const page = 'docs/guides/escalation-and-on-call.md';
    const document: unknown = parse(snippet(page, 'yaml', 'layers:'));
    expect(newScheduleVersion.parse({ document }).document).toMatchObject({
      id: 'payments',
      layers: [{ name: 'week' }, { name: 'night' }],
    });
    expect(escalationPolicy.parse(parse(snippet(page, 'yaml', 'levels:'))).levels).toHaveLength(3);
    expect(readFileSync(`${root}${page}`, 'utf8')).toContain('PUT /api/schedules/payments');
  });
});
