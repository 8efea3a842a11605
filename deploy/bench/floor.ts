// The floor: one bare process on node:http and node:sqlite that does the same durable job, nothing more. It stores what it is given, answers after the
// group commit, decides, stores, calls back and stores that. No validation, no signatures, no broker, no second process.
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const folder = mkdtempSync(join(tmpdir(), 'holdpoint-floor-'));
const db = new DatabaseSync(join(folder, 'floor.sqlite'));
db.exec(
  'PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE events (position INTEGER PRIMARY KEY, stream TEXT, revision INTEGER, data BLOB); CREATE UNIQUE INDEX stream_revision ON events (stream, revision)',
);
const insert = db.prepare('INSERT INTO events (stream, revision, data) VALUES (?, ?, ?)');

type Write = { stream: string; revision: number; data: Buffer; done: () => void };
let queue: Write[] = [];
/** Everything that arrived in this turn of the loop goes into one commit. */
const append = (stream: string, revision: number, data: Buffer, done: () => void) => {
  queue.push({ stream, revision, data, done });
  if (queue.length === 1) setImmediate(commit);
};
const commit = () => {
  const group = queue;
  queue = [];
  db.exec('BEGIN IMMEDIATE');
  for (const write of group) insert.run(write.stream, write.revision, write.data);
  db.exec('COMMIT');
  for (const write of group) write.done();
};

let serial = 0;
const callbacks = new Map<string, string>();
const agent = new Agent({ keepAlive: true, maxSockets: 256 });
const CALLBACK_URL = /"callback":\{"url":"([^"]+)"/;

const server = createServer((incoming, reply) => {
  const chunks: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
  incoming.on('end', () => {
    const body = Buffer.concat(chunks);
    if (incoming.url === '/v1/approvals')
      accept(body, answer => reply.writeHead(202, { 'content-type': 'application/json', 'content-length': answer.length }).end(answer));
    else decide(incoming.url!.split('/')[3]!, body, () => reply.writeHead(200, { 'content-length': 2 }).end('{}'));
  });
});

const accept = (body: Buffer, answer: (text: string) => void) => {
  serial += 1;
  const id = `apr_${String(serial)
    .replace(/\d/g, digit => 'abcdefghij'[Number(digit)]!)
    .padStart(26, 'z')}`;
  const url = CALLBACK_URL.exec(body.toString('latin1'))?.[1];
  if (url) callbacks.set(id, url);
  append(id, 0, body, () => answer(`{"id":"${id}"}`));
};

const decide = (id: string, body: Buffer, answer: () => void) => {
  append(id, 1, body, () => {
    answer();
    const url = callbacks.get(id);
    if (!url) return;
    callbacks.delete(id);
    const text = `{"approvalId":"${id}","decision":"approved"}`;
    const call = request(
      url,
      { method: 'POST', agent, headers: { 'content-type': 'application/json', 'content-length': text.length } },
      response => {
        response.resume();
        response.on('end', () => append(id, 2, Buffer.from('delivered'), () => {}));
      },
    );
    call.on('error', () => {});
    call.end(text);
  });
};

server.listen(0, '127.0.0.1', () =>
  process.stdout.write(`${JSON.stringify({ ready: true, port: (server.address() as { port: number }).port })}\n`),
);
process.on('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
  db.close();
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
});
