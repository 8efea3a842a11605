import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aMember } from '../console/a-member.ts';
import { startMatrix, type Matrix } from './a-matrix.ts';
import { CONSOLE_ROUTES, namesSomething, ROLES, rolesOf } from './console-routes.ts';
import { nameOf } from './route-table.ts';

let matrix: Matrix;

beforeAll(async () => {
  matrix = await startMatrix();
});
afterAll(() => matrix.close());

it('has every route of the running console, and none that is not there', () => {
  expect(Object.keys(CONSOLE_ROUTES).toSorted()).toEqual(matrix.table.map(nameOf).toSorted());
});

describe('without a credential', () => {
  it('nothing but what begins a session answers', async () => {
    for (const row of matrix.rows) {
      const { status } = await matrix.call(row, {}, { harmless: true });
      if (row.who === 'anybody') expect(namesSomething(row.path) ? [404] : [200, 422], row.name).toContain(status);
      else expect(status, row.name).toBe(401);
    }
  });
});

describe('another site, with the cookie of somebody who may do everything', () => {
  it('writes nothing', async () => {
    const { email, password } = matrix.world.credentials;
    const signedIn = await matrix.world.call('POST', '/api/sign-in', { email, password }, {});
    const cookie = signedIn.headers.getSetCookie()[0]!.split(';')[0]!;
    const before = await matrix.eventsOf();
    for (const row of matrix.rows.filter(({ method }) => method !== 'GET')) {
      const { status, code } = await matrix.call(row, { cookie, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' });
      expect([status, code], row.name).toEqual([403, 'cross_site']);
    }
    expect(await matrix.eventsOf()).toBe(before);
  });
});

/** Two ask nothing of their caller and would end a session; the live stream never ends its answer. */
const NOT_ASKED = ['POST /api/sign-out', 'DELETE /api/sessions', 'GET /api/live'];

describe('each role', () => {
  it.each(ROLES)('%s: may what the table says and nothing else', async role => {
    const { headers } = await aMember(matrix.world, [role]);
    const before = await matrix.eventsOf();
    for (const row of matrix.rows.filter(({ name }) => !NOT_ASKED.includes(name))) {
      const allowed = rolesOf(row).includes(role);
      // A refusal comes before the body is read, so what could be accepted is sent where it must not be.
      const { status, code } = await matrix.call(row, headers, { harmless: allowed && !row.session });
      if (!allowed) expect([row.name, status, code]).toEqual([row.name, 403, 'role_required']);
      else if (row.session) expect([row.name, status, code]).toEqual([row.name, 403, 'session_required']);
      else expect([row.name, status, code]).not.toEqual([row.name, 403, 'role_required']);
    }
    expect(await matrix.eventsOf(), 'nothing is recorded').toBe(before);
  });
});
