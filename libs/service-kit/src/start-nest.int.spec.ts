import { request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { Controller, Get, Module, Post, Req, Res } from '@nestjs/common';
import { LogUnavailable } from '@holdpoint/event-log';
import type { Problem } from '@holdpoint/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLogger } from './log.ts';
import { ProblemError } from './problem.ts';
import { startNest, type NestOptions, type RunningNest } from './start-nest.ts';

@Controller()
class Samples {
  @Post('/echo')
  echo(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    reply.code(200).send({ raw: Buffer.isBuffer(request.body), bytes: (request.body as Buffer).length });
  }
  @Post('/things::batch')
  batch(@Res() reply: FastifyReply): void {
    reply.code(207).send({ ok: true });
  }
  @Get('/things/:id')
  thing(): never {
    throw new ProblemError('teapot', 418, 'It is a teapot.', { headers: { 'retry-after': '7' } });
  }
  @Get('/bug')
  bug(): never {
    throw new Error('secret detail hp_live_abcdefgh_0123456789abcdef');
  }
  @Get('/log-down')
  logDown(): never {
    throw new LogUnavailable('unreachable', 3, 'esdb://user:pass@host is away');
  }
}
@Module({ controllers: [Samples] })
class SampleModule {}

const lines: string[] = [];
let logIsUp = true;
let nest: RunningNest;
let url: string;

const sampleParts: NestOptions['parts'] = {
  logger: openLogger({ name: 'sample', to: { write: line => void lines.push(line) } }),
  eventLog: { ping: () => (logIsUp ? Promise.resolve() : Promise.reject(new LogUnavailable('disk', 5, 'full'))) } as never,
  messaging: { status: () => ({ transport: 'inProcess', connected: true }) } as never,
};
beforeAll(async () => {
  nest = await startNest({
    name: 'sample',
    module: SampleModule,
    port: 0,
    bodyBytesMax: 1_000,
    parts: sampleParts,
  });
  url = nest.url!;
});
afterAll(() => nest.close());

const problemOf = async (response: Response): Promise<Problem> => {
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  const document = (await response.json()) as Problem;
  expect(document.status).toBe(response.status);
  expect(document.type).toBe(`https://holdpoint.dev/problems/${document.code}`);
  return document;
};
const post = (path: string, body: string | Uint8Array, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
  fetch(url + path, { method: 'POST', body: body as string, headers });

describe('a started service', () => {
  it('hands the body on as the bytes that arrived', async () => {
    const response = await post('/echo', '{"a":1}   ');
    expect(await response.json()).toEqual({ raw: true, bytes: 10 });
    expect(response.headers.get('x-powered-by')).toBeNull();
  });
  it('serves a path with a colon in it', async () => expect((await post('/things:batch', '{}')).status).toBe(207));
  it('says 404 for an address that does not exist', async () => {
    expect(await problemOf(await fetch(`${url}/nowhere?secret=1`))).toMatchObject({ code: 'not_found', status: 404 });
  });
  it('says 405 and which methods there are', async () => {
    const response = await fetch(`${url}/things/7`, { method: 'DELETE' });
    expect(response.headers.get('allow')).toBe('GET');
    expect(await problemOf(response)).toMatchObject({ code: 'method_not_allowed', status: 405 });
    expect((await fetch(`${url}/things:batch`)).status).toBe(405);
  });
  it('refuses a body over the limit while it arrives, announced or not', async () => {
    expect(await problemOf(await post('/echo', 'x'.repeat(1_001)))).toMatchObject({ code: 'body_too_large', status: 413 });
    const chunked = await fetch(`${url}/echo`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: new Blob(['x'.repeat(5_000)]).stream(),
      duplex: 'half',
    } as RequestInit);
    expect(await problemOf(chunked)).toMatchObject({ status: 413 });
  });
  it.each([
    ['text/plain', {}, 'unsupported_media_type'],
    ['application/xml', {}, 'unsupported_media_type'],
    ['application/jsonx', {}, 'unsupported_media_type'],
    ['application/json; charset=utf-16', {}, 'unsupported_charset'],
    ['application/json; charset=latin1', {}, 'unsupported_charset'],
    ['application/json', { 'content-encoding': 'gzip' }, 'unsupported_content_encoding'],
    ['application/json', { 'content-encoding': 'br' }, 'unsupported_content_encoding'],
  ])('refuses %s %o with 415', async (type, headers, code) => {
    expect(await problemOf(await post('/echo', '{}', { 'content-type': type, ...headers }))).toMatchObject({ code, status: 415 });
  });
  it.each(['application/json', 'application/json; charset=utf-8', 'application/json;charset="UTF-8"'])('takes %s', async type => {
    expect((await post('/echo', '{}', { 'content-type': type })).status).toBe(200);
  });
  it('sends a problem with its headers', async () => {
    const response = await fetch(`${url}/things/7`);
    expect(response.headers.get('retry-after')).toBe('7');
    expect(await problemOf(response)).toMatchObject({ code: 'teapot', detail: 'It is a teapot.', title: 'Teapot' });
  });
  it('answers 503 with retry-after while the event log is away, without saying where it is', async () => {
    const response = await fetch(`${url}/log-down`);
    expect(response.headers.get('retry-after')).toBe('3');
    const document = await problemOf(response);
    expect(document).toMatchObject({ code: 'log_unavailable', status: 503 });
    expect(JSON.stringify(document)).not.toContain('esdb');
  });
  it('tells nothing about a bug but an id, which the log has too, without the secret', async () => {
    const document = await problemOf(await fetch(`${url}/bug`));
    expect(document.code).toBe('internal_error');
    expect(JSON.stringify(document)).not.toMatch(/secret|stack|\.ts/);
    const line = lines.find(entry => entry.includes('failed unexpectedly'))!;
    expect(document.detail).toContain((JSON.parse(line) as { errorId: string }).errorId);
    expect(line).not.toContain('hp_live_abcdefgh');
  });
  it('answers broken HTTP and oversized headers with a problem document', async () => {
    expect(await rawAnswer('GARBAGE\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [^]*problem\+json[^]*"bad_request"/);
    expect(await rawAnswer(`GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431 [^]*"headers_too_large"/,
    );
  });
  it('answers a URL that cannot be decoded with a problem document', async () => {
    const status = await new Promise(resolve => httpRequest(`${url}/things/%E0%A4%A`, answer => resolve(answer.statusCode)).end());
    expect(status).toBe(400);
  });
});

describe('its health', () => {
  it('is alive, and ready while the log takes appends', async () => {
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    const ready = await fetch(`${url}/readyz`);
    expect(ready.status).toBe(200);
    expect(await ready.json()).toEqual({ ready: true, eventLog: 'ok', broker: { transport: 'inProcess', connected: true } });
  });
  it('is not ready when the log takes none', async () => {
    logIsUp = false;
    await expect.poll(async () => (await fetch(`${url}/readyz`)).status, { timeout: 3_000 }).toBe(503);
    logIsUp = true;
  });
  it('counts its requests', async () => {
    const text = await (await fetch(`${url}/metrics`)).text();
    expect(text).toMatch(/holdpoint_http_request_seconds_count\{service="sample",route="POST \/echo",status="200"\} \d+/);
    expect(text).toContain('process_cpu_seconds_total');
  });
});

it('a service that stops does not wait for connections that never asked anything', async () => {
  const short = await startNest({ name: 'short', module: SampleModule, port: 0, parts: sampleParts });
  const sockets = await Promise.all(
    [1, 2].map(
      () =>
        new Promise<Socket>(resolve => {
          const socket = connect(short.port!, '127.0.0.1', () => resolve(socket));
          socket.on('error', () => {});
        }),
    ),
  );
  const from = performance.now();
  await short.close();
  expect(performance.now() - from).toBeLessThan(2_000);
  for (const socket of sockets) socket.destroy();
});

const rawAnswer = (text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(nest.port!, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', chunk => (answer += String(chunk))).on('close', () => resolve(answer));
    socket.on('error', reject).setTimeout(5_000, () => socket.destroy());
  });
