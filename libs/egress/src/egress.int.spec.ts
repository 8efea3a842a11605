import http, { type RequestListener } from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openEgress, type Egress, type EgressOptions } from './index.ts';
import { specCertificate, specKey } from './spec-certificate.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const client = (options: EgressOptions = {}): Egress => {
  const egress = openEgress({ allowCidrs: ['127.0.0.0/8', '::1/128'], ...options });
  closers.push(egress.close);
  return egress;
};
const listening = (server: net.Server): Promise<number> =>
  new Promise(ready => {
    closers.push(() => {
      server.close();
      if (server instanceof http.Server || server instanceof https.Server) server.closeAllConnections();
    });
    server.listen(0, '127.0.0.1', () => ready((server.address() as AddressInfo).port));
  });
const serving = async (listener: RequestListener) =>
  `http://127.0.0.1:${await listening(http.createServer({ keepAliveTimeout: 60_000 }, listener))}/hook`;
const talking = async (answer: (socket: net.Socket) => void) =>
  `http://127.0.0.1:${await listening(
    net.createServer(socket => {
      socket.on('error', () => {});
      socket.once('data', () => answer(socket));
      closers.push(() => socket.destroy());
    }),
  )}/`;

describe('a call through the guard', () => {
  it('sends method, headers and the exact bytes, and reports where it went', async () => {
    let seen: unknown;
    const url = await serving((request, response) => {
      const chunks: Buffer[] = [];
      request
        .on('data', chunk => chunks.push(chunk))
        .on('end', () => {
          seen = {
            method: request.method,
            id: request.headers['webhook-id'],
            length: request.headers['content-length'],
            body: Buffer.concat(chunks).toString(),
          };
          response.writeHead(202, { 'x-seen': 'yes' }).end('ok');
        });
    });
    const answer = await client().request({ method: 'POST', url, headers: { 'webhook-id': 'msg_1' }, body: '{"a":"ü"}' });
    expect(seen).toEqual({ method: 'POST', id: 'msg_1', length: '10', body: '{"a":"ü"}' });
    expect(answer).toMatchObject({ status: 202, resolvedAddress: '127.0.0.1', truncated: false });
    expect(answer.headers['x-seen']).toBe('yes');
    expect(Buffer.from(answer.body).toString()).toBe('ok');
  });

  it.each<[string, string | Uint8Array | undefined]>([
    ['ASCII text', '{"a":"b"}'],
    ['text outside ASCII', '{"a":"\u00fc \u20ac \u{1f600} \u0080"}'],
    ['bytes', Uint8Array.of(0, 127, 128, 255)],
    ['no bytes', ''],
    ['nothing', undefined],
  ])('sends %s as the bytes it is, and tells their number', async (_what, body) => {
    const seen: { length: string | undefined; chunked: string | undefined; body: Buffer }[] = [];
    const url = await serving((request, response) => {
      const chunks: Buffer[] = [];
      request
        .on('data', chunk => chunks.push(chunk))
        .on('end', () => {
          const { 'content-length': length, 'transfer-encoding': chunked } = request.headers;
          seen.push({ length, chunked, body: Buffer.concat(chunks) });
          response.end();
        });
    });
    await client().request({ method: 'POST', url, ...(body === undefined ? {} : { body }) });
    const bytes = Buffer.from(body ?? '');
    expect(seen).toEqual([{ length: String(bytes.length), chunked: undefined, body: bytes }]);
  });

  it('keeps as many connections as it may use at a time', async () => {
    const ports = new Set<number | undefined>();
    const url = await serving((request, response) => {
      ports.add(request.socket.remotePort);
      request.resume();
      setTimeout(() => response.end(), 20);
    });
    const egress = client({ socketsPerHostMax: 24 });
    for (let burst = 0; burst < 3; burst += 1)
      await Promise.all(Array.from({ length: 24 }, () => egress.request({ method: 'POST', url, body: '{}' })));
    expect(ports.size).toBe(24);
  });

  it('reuses one connection for calls in a row', async () => {
    const ports = new Set<number | undefined>();
    const url = await serving((request, response) => {
      ports.add(request.socket.remotePort);
      request.resume();
      response.end();
    });
    const egress = client();
    for (let call = 0; call < 20; call += 1) await egress.request({ method: 'POST', url, body: '{}' });
    expect(ports.size).toBe(1);
  });

  it('repeats a call that may be repeated once, when a kept-alive connection was closed under it', async () => {
    let requests = 0;
    const server = net.createServer(socket => {
      socket.on('error', () => {});
      let served = 0;
      socket.on('data', () => {
        requests += 1;
        served += 1;
        // The second request on a connection meets a reset, as when a server's idle limit fires while the request is on its way.
        if (served === 2) return void socket.resetAndDestroy();
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
      });
    });
    const url = `http://127.0.0.1:${await listening(server)}/`;
    const egress = client();
    await egress.request({ method: 'POST', url, body: '1', repeatable: true });
    expect((await egress.request({ method: 'POST', url, body: '2', repeatable: true })).status).toBe(200);
    expect(requests).toBe(3);
    await expect(egress.request({ method: 'POST', url, body: '3' })).rejects.toMatchObject({
      errorClass: 'reset',
      requestMayHaveArrived: true,
    });
  });

  it('answers a redirect as it is and never follows it', async () => {
    const paths: string[] = [];
    const url = await serving((request, response) => {
      paths.push(request.url ?? '');
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    expect((await client().request({ method: 'POST', url, body: '{}' })).status).toBe(302);
    expect(paths).toEqual(['/hook']);
  });

  it('reads no more of an endless body than it was asked to', async () => {
    const url = await serving((_request, response) => {
      response.on('error', () => {});
      const pump = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
        if (!response.destroyed) response.once('drain', pump);
      };
      pump();
    });
    const answer = await client().request({ method: 'GET', url, maxResponseBytes: 16_384 });
    expect(answer).toMatchObject({ status: 200, truncated: true });
    expect(answer.body.byteLength).toBe(16_384);
  });

  it('does not inflate a compressed body', async () => {
    const bomb = gzipSync(Buffer.alloc(1_000_000));
    const url = await serving((_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb));
    expect((await client().request({ method: 'GET', url })).body.byteLength).toBe(bomb.byteLength);
  });

  it.each<[string, (socket: net.Socket) => void, string]>([
    ['never answers', () => {}, 'timeout'],
    ['sends headers for ever', socket => void setInterval(() => socket.writable && socket.write('x'), 20).unref(), 'protocol'],
    ['sends headers larger than the limit', socket => socket.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`), 'protocol'],
    [
      'drips its body',
      socket => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n');
        const timer = setInterval(() => socket.write('.'), 20);
        socket.on('close', () => clearInterval(timer));
      },
      'timeout',
    ],
    [
      'breaks off its body',
      socket => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nshort');
        setTimeout(() => socket.destroy(), 20);
      },
      'reset',
    ],
    ['closes without an answer', socket => socket.destroy(), 'reset'],
    ['does not speak HTTP', socket => socket.write('SSH-2.0-OpenSSH_9.2\r\n'), 'protocol'],
  ])('is over when the peer %s', async (_what, answer, errorClass) => {
    const url = await talking(answer);
    await expect(client().request({ method: 'POST', url, body: '{}', timeoutMs: 300 })).rejects.toMatchObject({ errorClass });
  });

  it('is over when nobody listens, and says that nothing arrived', async () => {
    await expect(client().request({ method: 'GET', url: 'http://127.0.0.1:1/' })).rejects.toMatchObject({
      errorClass: 'refused',
      requestMayHaveArrived: false,
    });
  });

  it('is over when the peer speaks no TLS', async () => {
    const url = (await serving((_request, response) => response.end())).replace('http:', 'https:');
    await expect(client().request({ method: 'GET', url })).rejects.toMatchObject({ errorClass: 'tls' });
  });

  it('speaks TLS to the name in the URL, and to no other name the certificate does not hold', async () => {
    const server = https.createServer({ key: specKey, cert: specCertificate }, (request, response) => {
      request.resume();
      response.end(`${(request.socket as TLSSocket & { servername: string }).servername} ${request.headers.host}`);
    });
    const port = await listening(server);
    const egress = client({ ca: specCertificate, lookup: async () => [{ address: '127.0.0.1', family: 4 }] });
    const answer = await egress.request({ method: 'POST', url: `https://hook.example:${port}/`, body: '{}' });
    expect(Buffer.from(answer.body).toString()).toBe(`hook.example hook.example:${port}`);
    for (const host of ['other.example', '127.0.0.1'])
      await expect(egress.request({ method: 'POST', url: `https://${host}:${port}/`, body: '{}' })).rejects.toMatchObject({
        errorClass: 'tls',
        requestMayHaveArrived: false,
      });
  });

  it('refuses headers that could start another request', async () => {
    const url = await serving((_request, response) => response.end());
    const egress = client();
    for (const headers of [{ 'transfer-encoding': 'chunked' }, { Host: 'internal' }, { 'content-length': '1' }, { connection: 'upgrade' }])
      await expect(egress.request({ method: 'POST', url, headers, body: '{}' })).rejects.toMatchObject({ errorClass: 'invalid_url' });
    await expect(egress.request({ method: 'POST', url, headers: { 'x-a': 'b\r\nhost: c' }, body: '{}' })).rejects.toThrow();
  });

  it('reads no proxy variable', async () => {
    let proxied = 0;
    const proxy = await serving((_request, response) => {
      proxied += 1;
      response.end();
    });
    const url = await serving((_request, response) => response.end('direct'));
    for (const name of ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy']) vi.stubEnv(name, proxy);
    vi.stubEnv('NODE_USE_ENV_PROXY', '1');
    expect(Buffer.from((await client().request({ method: 'GET', url })).body).toString()).toBe('direct');
    vi.unstubAllEnvs();
    expect(proxied).toBe(0);
  });
});

describe('the fetch for SDKs', () => {
  it('speaks fetch over the guarded client', async () => {
    const url = await serving((request, response) => {
      request.resume();
      response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify({ auth: request.headers.authorization }));
    });
    const answer = await client().fetchFor()(url, { method: 'POST', headers: { authorization: 'Bearer x' }, body: '{}' });
    expect(answer.status).toBe(201);
    expect(await answer.json()).toEqual({ auth: 'Bearer x' });
  });

  it('stops when the SDK aborts', async () => {
    const url = await talking(() => {});
    const abort = new AbortController();
    const call = client().fetchFor()(url, { signal: abort.signal });
    setTimeout(() => abort.abort(), 30);
    await expect(call).rejects.toMatchObject({ errorClass: 'aborted' });
  });

  it('is refused where the guard refuses', async () => {
    await expect(client({ allowCidrs: [] }).fetchFor()('http://127.0.0.1:3000/')).rejects.toMatchObject({ errorClass: 'blocked' });
  });
});
