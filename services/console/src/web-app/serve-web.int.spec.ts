import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { fastify, type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NONCE_PLACE } from './security-headers.ts';
import { findWebApp, serveWebApp } from './serve-web.ts';

const PAGE = '<!doctype html><title>Holdpoint</title>';
const SCRIPT = `/* ${'x'.repeat(5_000)} */`;
let folder: string;
let server: FastifyInstance;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'console-web-'));
  await mkdir(join(folder, 'web', 'assets'), { recursive: true });
  await writeFile(join(folder, 'web', 'index.html'), PAGE);
  await writeFile(join(folder, 'web', 'assets', 'index-C8ix6LHc.js'), SCRIPT);
  await writeFile(join(folder, 'secret.txt'), 'outside');
  server = fastify();
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});
const get = (url: string, headers: Record<string, string> = {}) => server.inject({ method: 'GET', url, headers });

describe('the web app', () => {
  beforeEach(() => serveWebApp(server, findWebApp(folder)));

  it('gets its page at every address it may route itself, never from a cache', async () => {
    for (const url of ['/', '/index.html', '/approvals/apr_x', '/inbox?view=mine']) {
      const reply = await get(url);
      expect([reply.statusCode, reply.body, reply.headers['cache-control']], url).toEqual([200, PAGE, 'no-store']);
    }
  });

  it('lets run only the scripts of its own answer: each has another nonce', async () => {
    await writeFile(join(folder, 'web', 'index.html'), `<script nonce="${NONCE_PLACE}" src="/assets/x.js"></script>`);
    await server.close();
    server = fastify();
    await serveWebApp(server, findWebApp(folder));
    const seen = new Set<string>();
    for (const url of ['/', '/approvals/apr_x']) {
      const reply = await get(url);
      const nonce = /script-src 'nonce-([\w-]{22})' 'strict-dynamic'/.exec(String(reply.headers['content-security-policy']))?.[1] ?? '';
      expect(reply.body).toBe(`<script nonce="${nonce}" src="/assets/x.js"></script>`);
      seen.add(nonce);
    }
    expect(seen.size).toBe(2);
  });

  it('keeps hashed files for ever, small on the wire', async () => {
    const reply = await get('/assets/index-C8ix6LHc.js', { 'accept-encoding': 'gzip, br' });
    expect(reply.headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-encoding': 'gzip',
      'content-type': 'text/javascript; charset=utf-8',
      vary: 'accept-encoding',
    });
    expect(gunzipSync(reply.rawPayload).toString()).toBe(SCRIPT);
    expect((await get('/assets/index-C8ix6LHc.js')).body).toBe(SCRIPT);
    const again = await get('/assets/index-C8ix6LHc.js', { 'if-none-match': String(reply.headers.etag) });
    expect([again.statusCode, again.body]).toEqual([304, '']);
  });

  it('serves no file that is not its own', async () => {
    for (const url of ['/missing.js', '/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/assets/../../secret.txt']) {
      const reply = await get(url);
      expect(reply.statusCode, url).toBe(404);
      expect(reply.body, url).not.toContain('outside');
    }
    expect((await get('/api/unknown')).json()).toMatchObject({ code: 'not_found' });
  });
});

describe('without a built web app', () => {
  it('the page says how to build it', async () => {
    expect(findWebApp(join(folder, 'elsewhere', 'deep'))).toBeNull();
    await serveWebApp(server, null);
    const reply = await get('/');
    expect(reply.statusCode).toBe(503);
    expect(reply.body).toContain('npm run bundle');
  });
});
