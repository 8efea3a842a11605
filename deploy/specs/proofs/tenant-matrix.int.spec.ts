import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMatrix, type Matrix, type Row } from './a-matrix.ts';
import { namesSomething, SHOW_NOTHING_YET } from './console-routes.ts';
import { CANARY } from './two-organisations.ts';

let matrix: Matrix;
let owner: { authorization: string };

beforeAll(async () => {
  matrix = await startMatrix();
  owner = { authorization: `Bearer ${matrix.world.credentials.personalAccessToken}` };
});
afterAll(() => matrix.close());

/** What is asked once and answered. */
const calls = () => matrix.rows.filter(({ name, who }) => name !== 'GET /api/live' && who !== 'anybody');
/** Routes on which an id of ours is as if it were none. */
const hidden = () => calls().filter(({ path, stranger }) => namesSomething(path) && stranger !== 'own');
/** A name that is free in their organisation is theirs once they took it, so these come after everything that must not be found. */
const theirOwnLast = () => calls().toSorted((a, b) => Number(a.stranger === 'own') - Number(b.stranger === 'own'));
/** What the answer says of ours: ids, and the word in every text. What the caller named may come back, as in "there is no …". */
const leaksIn = (text: string, row: Row): string[] => {
  const named = matrix.sentBy(row);
  return [...new Set([CANARY, ...Object.values(matrix.ours)])].filter(
    ours => ours !== 'assistant' && text.includes(ours) && !named.includes(ours),
  );
};

/** Of many at once, each has its own refusal. */
const isRefusal = (status: number, text: string): boolean =>
  status === 207
    ? (JSON.parse(text) as { items: { outcome: string }[] }).items.every(({ outcome }) => outcome === 'refused')
    : [403, 404, 409, 422].includes(status);

describe('somebody who may do everything in another organisation', () => {
  it('finds nothing of ours under any id, in no list, and changes nothing', async () => {
    const before = await matrix.eventsOf(matrix.world.credentials.organizationId);
    for (const row of theirOwnLast()) {
      const { status, text } = await matrix.call(row, matrix.stranger.headers);
      if (row.stranger === 'refused') expect(isRefusal(status, text), `${row.name}: ${status} ${text}`).toBe(true);
      else if (namesSomething(row.path) && row.stranger !== 'own') expect([403, 404], `${row.name}: ${text}`).toContain(status);
      else expect(status, `${row.name}: ${text}`).toBeLessThan(500);
      expect(leaksIn(text, row), `${row.name}: ${text}`).toEqual([]);
    }
    expect(await matrix.eventsOf(matrix.world.credentials.organizationId), 'our log is as it was').toBe(before);
  });
});

describe('ourselves', () => {
  it('see each of these things at the same addresses, so that it was there to be found', async () => {
    const reads = calls().filter(({ method, session }) => method === 'GET' && !session);
    for (const row of reads) {
      const { status, text } = await matrix.call(row, owner);
      expect(status, `${row.name}: ${text}`).toBe(200);
      const shows = Object.values(matrix.ours).some(id => text.includes(id)) || text.includes(CANARY);
      if (!SHOW_NOTHING_YET.includes(row.name)) expect([row.name, shows]).toEqual([row.name, true]);
    }
  });

  /** Without a mail server no code ever went out, so there is nothing to prove. */
  const NO_CODE = ['POST /api/addresses/:addressId/verify'];

  it('reach each of them with every other verb', async () => {
    // What takes things away comes last, the inner before the outer; a session before all sessions of its person.
    const order = (row: Row) => (row.method !== 'DELETE' || row.path === '/api/sessions/:id' ? 0 : 1_000 - row.path.length);
    const writes = hidden().filter(({ name, method, session }) => method !== 'GET' && !session && !NO_CODE.includes(name));
    for (const row of writes.toSorted((a, b) => order(a) - order(b))) {
      const { status, text } = await matrix.call(row, owner);
      expect([403, 404], `${row.name}: ${text}`).not.toContain(status);
    }
  });
});

describe('live streams', () => {
  it('carry what happens in an organisation to its people and to nobody else, from now on or from an earlier place', async () => {
    const listen = async (headers: Record<string, string>) => {
      const stop = new AbortController();
      const reply = await fetch(`${matrix.world.url}/api/live`, { headers, signal: stop.signal });
      let heard = '';
      const reading = (async () => {
        for await (const part of reply.body!) heard += new TextDecoder().decode(part);
      })().catch(() => undefined);
      return { heard: () => heard, end: async () => (stop.abort(), reading) };
    };
    const ours = await listen(owner);
    const theirs = await listen(matrix.stranger.headers);
    const id = await matrix.world.pending();
    await matrix.world.shown(id);
    while (!ours.heard().includes(id)) await sleep(10);
    const place = /id: ?(\S+)/.exec(ours.heard())![1]!;
    const later = await matrix.world.pending();
    await matrix.world.shown(later);
    const resumed = {
      ours: await listen({ ...owner, 'last-event-id': place }),
      theirs: await listen({ ...matrix.stranger.headers, 'last-event-id': place }),
    };
    while (!resumed.ours.heard().includes(later)) await sleep(10);
    await sleep(100);
    for (const stream of [theirs, resumed.theirs]) expect(stream.heard()).not.toMatch(/apr_/);
    await Promise.all([ours, theirs, resumed.ours, resumed.theirs].map(stream => stream.end()));
  });
});
