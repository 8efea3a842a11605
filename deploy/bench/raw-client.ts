import { connect, type Socket } from 'node:net';

export type RawReply = { status: number; body: Buffer };

/** One keep-alive connection that carries one request at a time: lean, so that the load costs little beside what it measures. */
export type Lane = { send(request: Buffer): Promise<RawReply>; close(): void };

const HEAD_END = Buffer.from('\r\n\r\n');
const LENGTH = /content-length: *(\d+)/i;

/** Opens a lane to `port` of 127.0.0.1. A broken connection rejects the request under way; the next one connects again. */
export const openLane = (port: number): Lane => {
  let socket: Socket | null = null;
  let pending: { resolve: (reply: RawReply) => void; reject: (error: Error) => void } | null = null;
  let received: Buffer = Buffer.alloc(0);

  const settle = () => {
    const headEnd = received.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const head = received.toString('latin1', 0, headEnd);
    const length = Number(LENGTH.exec(head)?.[1] ?? 0);
    const end = headEnd + 4 + length;
    if (received.length < end) return;
    const body = received.subarray(headEnd + 4, end);
    received = received.subarray(end);
    const waiting = pending;
    pending = null;
    waiting?.resolve({ status: Number(head.slice(9, 12)), body });
  };
  const broken = (error?: Error) => {
    socket = null;
    received = Buffer.alloc(0);
    const waiting = pending;
    pending = null;
    waiting?.reject(error ?? new Error('connection closed'));
  };
  const open = () => {
    const opened = connect({ port, host: '127.0.0.1', noDelay: true });
    opened.on('data', chunk => {
      received = received.length ? Buffer.concat([received, chunk]) : chunk;
      settle();
    });
    opened.on('error', broken);
    opened.on('close', () => socket === opened && broken());
    return opened;
  };
  return {
    send: request =>
      new Promise((resolve, reject) => {
        pending = { resolve, reject };
        socket ??= open();
        socket.write(request);
      }),
    close: () => socket?.destroy(),
  };
};

/** An HTTP/1.1 POST as bytes. */
export const post = (path: string, headers: Record<string, string>, body: string): Buffer => {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n${lines.join('')}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
};
