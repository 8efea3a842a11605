import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import type { Action, ApprovalDetail, DecidedBy, InboxItem, Me, Safety } from '@holdpoint/contracts';
import { NONCE_PLACE, pagePolicy } from '../../src/web-app/security-headers.ts';
import { detailOf, hashOf, MARIA, OWNER, refreshMay, type Sample } from './sample-approvals.ts';
import { SAMPLES } from './samples.ts';

/** A stand-in for one browser and nobody else: the nonce needs to be no secret. */
const NONCE = 'one-stand-in';
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
};
const PASSWORD = 'correct horse';
/** As often as the product's console does. */
const BEAT_MS = 15_000;
const BODY_BYTES_MAX = 1_048_576;

const ME: Me = {
  operatorId: OWNER.id,
  email: 'owner@example.test',
  name: 'Ada Fischer',
  roles: ['owner'],
  organization: { id: 'org_1', name: 'Northwind Outdoor', initials: null, logo: null },
};

const PEOPLE = [
  { id: OWNER.id, name: 'Ada Fischer', roles: ['owner'] },
  { id: MARIA.id, name: 'Maria Lopez', roles: ['senior'] },
  { id: 'op_jonas', name: 'Jonas Weber', roles: ['operator'] },
];

type Options = { port?: number; dist: string };
type Answer = { status: number; body: unknown };
type VerbInput = { note?: string; reasonCode?: string; action?: Action; expectedRevision?: number };

const answer = (status: number, body: unknown): Answer => ({ status, body });
const problem = (status: number, code: string, detail: string, more: object = {}): Answer =>
  answer(status, { type: `https://holdpoint.dev/problems/${code}`, title: code, status, code, detail, ...more });

/** One of several: how it went, or the problem document of its refusal. */
const outcomeOf = (id: string, { status, body }: Answer) =>
  status === 200 ? { ...(body as object), id } : { ...(body as object), id, outcome: 'refused' };

const bodyOf = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw new Error('body too large');
    chunks.push(chunk);
  }
  return bytes === 0 ? {} : (JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown);
};

/** Requests in memory and what people do to them; a stand-in for the log and its read model. */
class Desk {
  readonly details = new Map<string, ApprovalDetail>();
  readonly streams = new Set<ServerResponse>();
  readonly killSwitches: Safety['killSwitches'] = [];
  private position = 0;

  constructor() {
    this.reset();
  }

  /** As it was at first; who still listens is let go. */
  reset(): void {
    for (const stream of this.streams) stream.end();
    this.streams.clear();
    this.details.clear();
    this.killSwitches.length = 0;
    for (const [index, sample] of SAMPLES.entries()) this.add(sample, index);
  }

  add(sample: Sample, index = this.details.size): string {
    const detail = detailOf(sample, index, Date.now());
    this.details.set(detail.item.id, detail);
    this.tell(detail.item, 'ApprovalRequested');
    return detail.item.id;
  }

  tell(item: InboxItem, type: string): void {
    this.position += 1;
    const change = { approvalId: item.id, type, revision: item.revision, position: String(this.position) };
    for (const stream of this.streams) stream.write(`id: ${this.position}\nevent: change\ndata: ${JSON.stringify(change)}\n\n`);
  }

  page(query: URLSearchParams): Answer {
    const items = [...this.details.values()].map(detail => detail.item);
    const views: Record<string, (item: InboxItem) => boolean> = {
      mine: item => item.status === 'pending' && item.mayDecide,
      team: item => item.status === 'pending',
      all: item => item.status === 'pending',
      snoozed: () => false,
      decided: item => item.status !== 'pending',
    };
    const q = query.get('q')?.toLowerCase() ?? '';
    const found = items
      .filter(views[query.get('view') ?? 'mine'] ?? (() => false))
      .filter(item => !query.has('risk') || item.riskLevel === query.get('risk'))
      .filter(item => !query.has('agent') || (item.agentName ?? '').toLowerCase().includes((query.get('agent') ?? '').toLowerCase()))
      .filter(item => `${item.toolName} ${item.contextSummary} ${item.entityId}`.toLowerCase().includes(q))
      .sort((a, b) => a.expiresAt.localeCompare(b.expiresAt));
    const from = Number(query.get('cursor') ?? 0);
    const to = from + Number(query.get('limit') ?? 50);
    const counts = Object.fromEntries(Object.entries(views).map(([name, view]) => [name, items.filter(view).length]));
    return answer(200, { items: found.slice(from, to), nextCursor: to < found.length ? String(to) : null, counts });
  }

  /** What was asked before by the same agent, or about the same entity. */
  related({ item }: ApprovalDetail) {
    const before = [...this.details.values()]
      .map(detail => detail.item)
      .filter(({ id, requestedAt }) => id !== item.id && requestedAt <= item.requestedAt);
    const entity = before.filter(({ entityId }) => entityId === item.entityId);
    return { entity, run: [], agent: before.filter(other => other.agentName === item.agentName && !entity.includes(other)) };
  }

  /** What a verb does, by whomever; refusals as the product words them. */
  use(id: string, verb: string, by: DecidedBy, input: VerbInput): Answer {
    const detail = this.details.get(id);
    if (!detail) return problem(404, 'not_found', 'There is no such request.');
    const { item } = detail;
    if (item.status !== 'pending' && verb !== 'comment')
      return problem(409, 'already_decided', `The request was ${item.status}.`, { by: item.decidedBy, at: item.decidedAt });
    if (input.expectedRevision !== undefined && input.expectedRevision !== item.revision)
      return problem(409, 'revision_conflict', `The request is at revision ${item.revision}.`);
    if (item.claimedBy !== null && item.claimedBy.id !== by.id && verb !== 'comment')
      return problem(409, 'claimed_by_other', 'Somebody else holds it.', { by: item.claimedBy });
    if (verb === 'modify' && JSON.stringify(input.action?.args).includes('"amount":1999')) {
      const errors = [{ pointer: '/amount', detail: 'must be <= what was paid' }];
      return problem(422, 'invalid_action', 'The edited arguments do not fit the tool’s schema.', { errors });
    }
    item.revision += 1;
    const at = new Date().toISOString();
    detail.history.push({ id: `${id}-${item.revision}`, stream: `approval-${id}`, revision: item.revision, type: verb, at, actor: `operator:${by.id}`, summary: `${by.display} used ${verb}.`, data: {} }); // prettier-ignore
    this.apply(detail, verb, by, input, at);
    refreshMay(detail);
    this.tell(item, verb);
    return answer(200, { outcome: 'done', approvalId: id, revision: item.revision, status: item.status, decision: null });
  }

  private apply(detail: ApprovalDetail, verb: string, by: DecidedBy, input: VerbInput, at: string): void {
    const { item } = detail;
    if (verb === 'claim') item.claimedBy = by;
    if (verb === 'release') item.claimedBy = null;
    if (verb === 'comment') detail.comments.push({ by, at, text: input.note ?? '' });
    if (verb === 'escalate') item.escalationLevel += 1;
    const status = ({ approve: 'approved', reject: 'rejected', modify: 'modified' } as const)[verb];
    if (status === undefined) return;
    const approved = status !== 'rejected';
    const approvedAction = approved ? (input.action ?? detail.effectiveAction) : null;
    Object.assign(item, { status, phase: 'decided', decidedAt: at, decidedBy: by });
    if (approvedAction !== null) detail.effectiveAction = approvedAction;
    detail.binding.approvedActionHash = approvedAction === null ? null : hashOf(approvedAction);
    detail.decision = {
      version: 1, approvalId: item.id, decision: status, approved, final: true, by, channel: 'console', ...(input.reasonCode && { reasonCode: input.reasonCode }), decidedAt: at,
      approvedUntil: approved ? new Date(Date.now() + 900_000).toISOString() : null, policy: detail.gate?.policy ?? null, steps: [{ name: 'review', outcome: approved ? 'approved' : 'rejected', by: [by], at }],
      binding: detail.binding, threadId: detail.threadId, runId: detail.runId, toolCallId: detail.toolCallId, note: input.note ?? null, approvedAction, state: null, receipt: 'e30.e30.e30',
    }; // prettier-ignore
    detail.delivery.resume = { state: 'resumed', attempts: 1, nextAttemptAt: null };
    detail.delivery.callback = { state: 'delivered', attempts: 1, nextAttemptAt: null, webhookId: 'msg_1' };
  }
}

/**
 * Serves the built app and a stand-in for the operators' API, in memory, for developing and for looking at the screens.
 * @returns its address, the desk behind it, and every request line it got
 */
export const startFakeConsole = async ({ port = 0, dist }: Options) => {
  const desk = new Desk();
  const calls: string[] = [];
  const bodies: unknown[] = [];

  const api = async (request: IncomingMessage, url: URL): Promise<Answer> => {
    if (url.pathname === '/api/sign-in') {
      const body = (await bodyOf(request)) as { email?: string; password?: string };
      return body.password === PASSWORD ? answer(200, ME) : problem(401, 'unauthenticated', 'Wrong email or password.');
    }
    if (!(request.headers.cookie ?? '').includes('session=on')) return problem(401, 'unauthenticated', 'Sign in first.');
    if (url.pathname === '/api/sign-out') return answer(200, {});
    if (url.pathname === '/api/me') return answer(200, ME);
    if (url.pathname === '/api/safety') return answer(200, { soloMode: false, killSwitches: desk.killSwitches });
    if (url.pathname === '/api/people') return answer(200, { items: PEOPLE });
    if (url.pathname === '/api/inbox') return desk.page(url.searchParams);
    if (url.pathname === '/api/inbox-views') return answer(200, { items: [] });
    if (url.pathname === '/api/approvals:bulk') {
      const { verb: together, ids, ...input } = (await bodyOf(request)) as VerbInput & { verb: string; ids: string[] };
      bodies.push({ verb: together, ids, ...input });
      return answer(207, { items: ids.map(one => outcomeOf(one, desk.use(one, together, OWNER, input))) });
    }
    const [, id = '', verb] = /^\/api\/approvals\/([^/]+)(?:\/(\w+))?$/.exec(url.pathname) ?? [];
    // Having it on the screen decides nothing.
    if (verb === 'view') return answer(204, null);
    if (verb !== undefined && request.method === 'POST') {
      const body = (await bodyOf(request)) as VerbInput;
      bodies.push(body);
      return desk.use(id, verb, OWNER, body);
    }
    const detail = desk.details.get(id);
    if (detail && verb === 'related') return answer(200, desk.related(detail));
    return detail ? answer(200, detail) : problem(404, 'not_found', 'There is no such request.');
  };

  const file = async (path: string, response: ServerResponse) => {
    const name = extname(path) === '' ? 'index.html' : normalize(path).replace(/^(\.\.[/\\])+/, '');
    const content = await readFile(join(dist, name)).catch(() => null);
    if (content === null) return response.writeHead(404).end();
    response.writeHead(200, {
      'content-type': TYPES[extname(name)] ?? 'application/octet-stream',
      // As the product's console: names of files change with their content.
      ...(path.startsWith('/assets/') && { 'cache-control': 'public, max-age=31536000, immutable' }),
      // The policy the product's console sends: the app must work under it.
      'content-security-policy': pagePolicy(NONCE),
    });
    return response.end(name === 'index.html' ? content.toString('utf8').replaceAll(NONCE_PLACE, NONCE) : content);
  };

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://fake');
    calls.push(`${request.method} ${url.pathname}`);
    if (!url.pathname.startsWith('/api/')) return file(url.pathname, response);
    if (url.pathname === '/api/live' && (request.headers.cookie ?? '').includes('session=on')) {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      response.write(': connected\n\n');
      desk.streams.add(response);
      const beat = setInterval(() => response.write('event: beat\ndata: still here\n\n'), BEAT_MS);
      request.on('close', () => {
        clearInterval(beat);
        desk.streams.delete(response);
      });
      return response;
    }
    const { status, body } = await api(request, url);
    if (status === 200 && url.pathname === '/api/sign-in')
      response.setHeader('set-cookie', 'session=on; HttpOnly; SameSite=Strict; Path=/');
    if (status === 200 && url.pathname === '/api/sign-out')
      response.setHeader('set-cookie', 'session=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0');
    response.writeHead(status, { 'content-type': status >= 400 ? 'application/problem+json' : 'application/json' });
    return response.end(JSON.stringify(body));
  };

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.writeHead(500).end());
  });
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve));
  const close = () => {
    for (const stream of desk.streams) stream.end();
    server.closeAllConnections();
    return new Promise<void>(resolve => server.close(() => resolve()));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, password: PASSWORD, desk, calls, bodies, close };
};
