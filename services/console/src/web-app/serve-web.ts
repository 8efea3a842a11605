import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { createHash, randomBytes } from 'node:crypto';
import { extname, join, relative, sep } from 'node:path';
import { gzipSync } from 'node:zlib';
import { problem, sendProblem } from '@holdpoint/service-kit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { NONCE_PLACE, pagePolicy } from './security-headers.ts';

type WebFile = { bytes: Buffer; gzip: Buffer | null; type: string; etag: string; immutable: boolean };

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.woff2': 'font/woff2',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
};
/** Types worth compressing; the others are compressed already. */
const TEXT = /^(text|application|image\/svg)/;
/** Below this compressing saves no packet. */
const GZIP_BYTES_MIN = 1_024;
/** Vite writes files with a hash in their name to `assets/`: their content never changes. */
const HASHED = /^\/assets\//;

/**
 * Where the built app lies: beside the console's bundle, in the source tree, or, for all services in one bundle, where the console's is.
 * Null when it was not built.
 * @param here folder of the running file.
 */
export const findWebApp = (here: string): string | null =>
  ['web', '../dist/web', '../web/dist', '../../services/console/dist/web']
    .map(folder => join(here, folder))
    .find(folder => existsSync(join(folder, 'index.html'))) ?? null;

/**
 * Serves the operators' web app from memory: it is some hundred kilobytes, and a request never touches the disk. Every path without a
 * file extension gets the app's page, which finds its own way.
 * @param folder what {@link findWebApp} found.
 */
export const serveWebApp = async (server: FastifyInstance, folder: string | null): Promise<void> => {
  const files = folder === null ? new Map<string, WebFile>() : await readWebApp(folder);
  const index = files.get('/index.html') ?? null;
  const page = index?.bytes.toString('utf8') ?? null;
  const answer = (request: FastifyRequest, reply: FastifyReply) => {
    const path = request.url.split('?', 1)[0] ?? '/';
    if (path === '/api' || path.startsWith('/api/'))
      return sendProblem(reply, problem('not_found', 404, `There is nothing at ${path.slice(0, 200)}.`));
    const file = files.get(path);
    if (file && file !== index) return sendFile(request, reply, file);
    if (extname(path) !== '' && path !== '/index.html')
      return sendProblem(reply, problem('not_found', 404, `There is no file ${path.slice(0, 200)}.`));
    return page === null ? sendNotBuilt(reply) : sendPage(reply, page);
  };
  server.get('/', answer);
  server.get('/*', answer);
};

const readWebApp = async (folder: string): Promise<Map<string, WebFile>> => {
  const files = new Map<string, WebFile>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const url = `/${relative(folder, path).split(sep).join('/')}`;
    const type = TYPES[extname(entry.name)];
    if (type === undefined) continue;
    const bytes = await readFile(path);
    const gzip = TEXT.test(type) && bytes.length >= GZIP_BYTES_MIN ? gzipSync(bytes, { level: 9 }) : null;
    const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
    files.set(url, { bytes, gzip, type, etag, immutable: HASHED.test(url) });
  }
  return files;
};

/** 128 random bits, as CSP level 3 asks of a nonce. */
const NONCE_BYTES = 16;

/** The app's page, with a nonce that only this answer knows. It names the hashed files, so it is asked for each time; it is a kilobyte, so it goes out as it is. */
const sendPage = (reply: FastifyReply, page: string) => {
  const nonce = randomBytes(NONCE_BYTES).toString('base64url');
  return reply
    .header('content-type', TYPES['.html'])
    .header('content-security-policy', pagePolicy(nonce))
    .header('cache-control', 'no-store')
    .send(page.replaceAll(NONCE_PLACE, nonce));
};

const sendFile = (request: FastifyRequest, reply: FastifyReply, file: WebFile) => {
  reply.header('content-type', file.type).header('vary', 'accept-encoding');
  reply.header('cache-control', file.immutable ? 'public, max-age=31536000, immutable' : 'no-store');
  if (file.immutable) reply.header('etag', file.etag);
  if (file.immutable && request.headers['if-none-match'] === file.etag) return reply.code(304).send();
  const accepts = String(request.headers['accept-encoding'] ?? '');
  if (file.gzip && /\bgzip\b/.test(accepts)) return reply.header('content-encoding', 'gzip').send(file.gzip);
  return reply.send(file.bytes);
};

const NOT_BUILT = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Holdpoint</title>
<h1>The web app is not built</h1><p>Run <code>npm run bundle</code> in the project folder and start the console again.
The operators' API at <code>/api</code> works without it.</p></html>\n`;
const sendNotBuilt = (reply: FastifyReply) =>
  reply.code(503).header('content-type', 'text/html; charset=utf-8').header('cache-control', 'no-store').send(NOT_BUILT);
