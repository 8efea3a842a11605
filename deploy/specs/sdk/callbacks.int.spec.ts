import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { Controller, Inject, Injectable, Module, Post, Req } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Holdpoint, WebhookVerificationError, type IncomingCallback } from '@holdpoint/sdk';
import Fastify from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';

const holdpoint = new Holdpoint({
  baseUrl: 'http://127.0.0.1:9',
  apiKey: 'hp_test_x',
  webhookSecret: `whsec_${Buffer.alloc(32, 5).toString('base64')}`,
});
const BODY = JSON.stringify({ version: 1, decision: 'approved', note: 'é 😀' });
const signed = (body = BODY) => {
  const sec = String(Math.floor(Date.now() / 1000));
  const mac = createHmac('sha256', Buffer.alloc(32, 5)).update(`msg_1.${sec}.${body}`).digest('base64');
  return { 'content-type': 'application/json', 'webhook-id': 'msg_1', 'webhook-timestamp': sec, 'webhook-signature': `v1,${mac}` };
};
/** What the handlers of all frameworks do. */
const answerTo = (callback: IncomingCallback): Promise<string> =>
  holdpoint.verifyCallback(callback).then(
    ({ decision, note }) => `${decision} ${note}`,
    (error: unknown) => (error instanceof WebhookVerificationError ? error.code : String(error)),
  );
const post = async (url: string, body = BODY, headers: Record<string, string> = signed()) =>
  (await fetch(url, { method: 'POST', body, headers })).text();
const bothWays = async (url: string) => {
  expect(await post(url)).toBe('approved é 😀');
  expect(await post(url, BODY.replace('approved', 'rejected'))).toBe('no_matching_signature');
};

let close: (() => unknown) | undefined;
afterEach(async () => {
  await close?.();
  close = undefined;
});
const listen = async (server: Server) => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  close = () => server.close();
  return `http://127.0.0.1:${(server.address() as { port: number }).port}/`;
};
@Injectable()
class Verifier {
  readonly answerTo = answerTo;
}
@Controller()
class Hooks {
  constructor(@Inject(Verifier) private readonly verifier: Verifier) {}
  @Post('hook')
  hook(@Req() request: { headers: Record<string, string>; rawBody?: Buffer }) {
    return this.verifier.answerTo(request);
  }
}
@Module({ controllers: [Hooks], providers: [Verifier] })
class App {}

describe('a callback is verified from the request of', () => {
  it('fetch', async () => {
    const request = (body = BODY) => new Request('https://app.test/', { method: 'POST', body, headers: signed() });
    expect(await answerTo(request())).toBe('approved é 😀');
    expect(await answerTo(request(`${BODY} `))).toBe('no_matching_signature');
    const read = request();
    await read.text();
    expect(await answerTo(read)).toBe('body_was_parsed');
  });
  it('Node, with the body still to be read', async () => {
    const server = createServer((request, response) => void answerTo(request).then(text => response.end(text)));
    await bothWays(await listen(server));
  });
  it('Node, also when somebody has read it: then it says what to do', async () => {
    const server = createServer((request: IncomingMessage, response) => {
      request.resume().once('end', () => void answerTo(request).then(text => response.end(text)));
    });
    expect(await post(await listen(server))).toMatch(/body_was_parsed|premature close/i);
  });
  it.each([
    ['express.raw leaves it: a Buffer as body', (raw: Buffer): unknown => raw, 'approved é 😀'],
    ['express.json leaves it: then it says what to do', (raw: Buffer): unknown => JSON.parse(raw.toString()), 'body_was_parsed'],
  ])('Express, as %s', async (_name, parse, answer) => {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const read = Object.assign(request, { body: parse(Buffer.concat(chunks)) });
        void answerTo(read).then(text => response.end(text));
      });
    });
    expect(await post(await listen(server))).toBe(answer);
  });
  it('Fastify, with the body kept as a buffer', async () => {
    const app = Fastify();
    app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    app.post('/', request => answerTo(request));
    close = () => app.close();
    await bothWays(await app.listen({ port: 0, host: '127.0.0.1' }));
  });
  it('Nest, with rawBody', async () => {
    const app = await NestFactory.create<NestFastifyApplication>(App, new FastifyAdapter(), { rawBody: true, logger: false });
    close = () => app.close();
    await app.listen(0, '127.0.0.1');
    await bothWays(`${await app.getUrl()}/hook`);
  });
});
