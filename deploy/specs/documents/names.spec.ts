import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { EVENTS, REFUSALS } from '@holdpoint/contracts';
import { describe, expect, it } from 'vitest';
import { problemCodesIn, recordedPaths, routesIn } from './names-in-code.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const read = (pattern: string): string[] =>
  globSync(pattern, { cwd: root })
    .filter(path => !path.includes('.spec.'))
    .map(path => readFileSync(root + path, 'utf8'));
const code = [...read('services/*/src/**/*.ts'), ...read('libs/service-kit/src/**/*.ts')];
/** Where a public name is on record: the decisions, and the description of the API that they point to. */
const records = [...read('docs/decisions/*.md'), ...read('docs/operators-api.md')];
const words = new Set(records.join('\n').match(/\w+/g));
/** What stands in none of them: name it in the record of the decision that brought it (docs/decisions). */
const missing = (names: Iterable<string>): string[] => [...new Set(names)].filter(name => !words.has(name)).sort();

describe('every public name is on record', () => {
  it('of an event', () => {
    expect(missing(Object.keys(EVENTS))).toEqual([]);
  });
  it('of a problem', () => {
    const codes = [...problemCodesIn(code), ...Object.keys(REFUSALS)];
    expect(codes).toEqual(expect.arrayContaining(['flagged', 'deadline_invalid', 'preconditions_changed', 'resume_invalid']));
    expect(missing(codes)).toEqual([]);
  });
  it('of a route', () => {
    const routes = routesIn(code);
    expect(routes).toEqual(expect.arrayContaining(['/api/approvals/{}/view', '/v1/approvals:batch', '/mcp', '/a/{}']));
    const recorded = recordedPaths(records.join('\n'));
    expect(routes.filter(route => !recorded(route))).toEqual([]);
  });
  it('and what is on none would be seen', () => {
    expect(missing(['ApprovalForgotten', 'too_many_wishes'])).toEqual(['ApprovalForgotten', 'too_many_wishes']);
    expect(
      problemCodesIn(["const gone = (code: string) => new ProblemError(code, 410, '');\ngone('given_away'); other('no_problem');"]),
    ).toEqual(['given_away']);
    expect(routesIn(["@Controller('api/wishes')\nclass A {\n@Get()\na() {}\n@Post(':id/grant')\nb() {} }"])).toEqual([
      '/api/wishes',
      '/api/wishes/{}/grant',
    ]);
    const recorded = recordedPaths('| `GET`, `PUT /api/wishes[/{id}]`, `…/{id}/grant` | everybody |\n| `DELETE /api/hopes` |');
    expect(['/api/wishes', '/api/wishes/{}', '/api/wishes/{}/grant', '/api/hopes', '/api/hopes/{}/grant'].map(recorded)).toEqual([
      true,
      true,
      true,
      true,
      false,
    ]);
  });
});
