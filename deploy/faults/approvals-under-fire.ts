import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { FreeStack } from '../local/free-stack.ts';
import { ENDS } from './recorded-ends.ts';

/** Everything the receiver saw of one approval: every id and body, in order of arrival. */
export type Delivered = { webhookIds: string[]; bodies: string[] };
export type Receiver = { url: string; of(approvalId: string): Delivered | undefined; count(): number; close(): void };

/** A callback receiver that keeps every delivery. */
export const openReceiver = async (): Promise<Receiver> => {
  const seen = new Map<string, Delivered>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const { approvalId } = JSON.parse(body) as { approvalId: string };
      const delivered = seen.get(approvalId) ?? { webhookIds: [], bodies: [] };
      delivered.webhookIds.push(String(request.headers['webhook-id']));
      delivered.bodies.push(body);
      seen.set(approvalId, delivered);
      response.writeHead(200, { 'content-length': 0 }).end();
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}/callback`,
    of: id => seen.get(id),
    count: () => seen.size,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};

const RETRY_MS = 100;
const GIVE_UP_MS = 60_000;

/** Calls until `settled` says the answer counts; connection errors and 5xx are tried again, as any sound client does. */
const until = async (
  call: () => Promise<Response>,
  settled: (status: number) => boolean,
): Promise<{ status: number; body: Record<string, unknown> }> => {
  const end = Date.now() + GIVE_UP_MS;
  let last = 'no answer';
  while (Date.now() < end) {
    try {
      const reply = await call();
      const body = (await reply.json()) as Record<string, unknown>;
      if (settled(reply.status)) return { status: reply.status, body };
      last = `${reply.status} ${JSON.stringify(body)}`;
    } catch (error) {
      last = String(error);
    }
    await delay(RETRY_MS);
  }
  throw new Error(`gave up after ${GIVE_UP_MS / 1_000} s: ${last}`);
};

const send = (url: string, token: string, body: unknown) =>
  fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });

/** Sends one request until it is accepted. @returns its id */
export const accept = async (stack: FreeStack, receiver: Receiver, runId: string): Promise<string> => {
  const request = {
    source: 'custom',
    threadId: 'thread_faults',
    runId,
    toolCallId: 'call_1',
    arguments: { contextSummary: 'Order A-1 arrived broken', proposedAction: 'Refund $245', entityId: 'A-1', riskLevel: 'medium' },
    action: { name: 'issue_refund', args: { order_id: 'A-1', amount: 245, currency: 'USD' } },
    callback: { url: receiver.url, state: runId },
  };
  const { body } = await until(
    () => send(`${stack.ingestUrl}/v1/approvals`, stack.credentials.apiKey, request),
    status => status === 202 || status === 200,
  );
  return String(body['id']);
};

/** Approves until it is decided, by this call or by an earlier one whose answer was lost. */
export const approve = async (stack: FreeStack, id: string): Promise<void> => {
  await until(
    () => send(`${stack.consoleUrl}/api/approvals/${id}/approve`, stack.credentials.personalAccessToken, {}),
    status => status === 200 || status === 409,
  ).then(async ({ status, body }) => {
    if (status === 409 && body['code'] !== 'already_decided') {
      await delay(RETRY_MS);
      await approve(stack, id);
    }
  });
};

/** Runs `work` over `items`, `atOnce` at a time. */
export const forEachAtOnce = async <T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T, index: number) => Promise<void>,
): Promise<void> => {
  let next = 0;
  await Promise.all(
    Array.from({ length: Math.min(atOnce, items.length) }, async () => {
      while (next < items.length) {
        const index = next++;
        await work(items[index]!, index);
      }
    }),
  );
};

/** Waits until `done`, or throws what `state` says after `withinMs`. */
export const waitFor = async (done: () => boolean, withinMs: number, state: () => string): Promise<void> => {
  const end = Date.now() + withinMs;
  while (!done()) {
    if (Date.now() > end) throw new Error(`not within ${withinMs / 1_000} s: ${state()}`);
    await delay(50);
  }
};

/** Types of the terminal events in one approval's history, as the operators' API tells it. */
export const terminalEvents = async (stack: FreeStack, id: string): Promise<string[]> => {
  const { body } = await until(
    () =>
      fetch(`${stack.consoleUrl}/api/approvals/${id}/events`, {
        headers: { authorization: `Bearer ${stack.credentials.personalAccessToken}` },
      }),
    status => status === 200,
  );
  const types = (body['items'] as { type: string }[]).map(event => event.type);
  return types.filter(type => ENDS.test(type));
};
