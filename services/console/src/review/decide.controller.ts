import { approvalId, bulkBody, decisionVerb, provenVerbBody, REFUSALS, type DecisionVerb } from '@holdpoint/contracts';
import type { Messaging } from '@holdpoint/messaging';
import { problem, ProblemError, sendProblem } from '@holdpoint/service-kit';
import { Controller, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { reviewerOf, writerOf, type Person } from '../accounts/person.ts';
import { readBody } from '../read-body.ts';
import type { AccountDeps } from '../accounts/account-deps.ts';
import { takeStepUp } from '../accounts/step-up.ts';
import type { ReadModels } from '../read-model/open-read-model.ts';
import { toBeRead } from '../read-model/to-be-read.ts';
import { ACCOUNT_DEPS, MESSAGING, READ_MODELS } from '../tokens.ts';
import { decide, type Decided } from './decide.ts';

/** Commands of one bulk call under way at the same time: a hundred at once would delay everybody else's. */
const BULK_CONCURRENT_MAX = 16;
/** Seconds before another attempt when nobody answered. */
const RETRY_AFTER_SEC = '1';
/** Verbs after which something runs. */
const LETS_RUN: ReadonlySet<DecisionVerb> = new Set(['approve', 'modify', 'bypass']);
const FLAGGED = problem('flagged', 409, 'Its text may mislead whoever reads it, so it is approved on its own page and not among others.');
const RETRY_KEY = /^[\x21-\x7e]{1,255}$/;

/** `POST /api/approvals/{id}/{verb}` and `POST /api/approvals:bulk`. */
@Controller('api')
export class DecideController {
  private readonly decide: ReturnType<typeof decide>;

  constructor(
    @Inject(MESSAGING) messaging: Messaging,
    @Inject(ACCOUNT_DEPS) private readonly accounts: AccountDeps,
    @Inject(READ_MODELS) private readonly models: ReadModels,
  ) {
    this.decide = decide(messaging);
  }

  @Post('approvals/:id/:verb')
  async one(
    @Param('id') id: string,
    @Param('verb') verbName: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const person = verbName === 'review' ? reviewerOf(request) : writerOf(request);
    const verb = knownVerb(verbName);
    const { stepUp: shown, ...body } = readBody(request, provenVerbBody);
    if (!approvalId.safeParse(id).success) throw notFound(id);
    const reached = { localPort: request.socket.localPort };
    const stepUp = shown === undefined ? undefined : await takeStepUp(this.accounts)(person, { approvalId: id, verb }, shown, reached);
    answer(reply, await this.decide(person, id, verb, body, { retryKey: retryKeyOf(request), stepUp }));
  }

  @Post('approvals::bulk')
  @HttpCode(207)
  async bulk(@Req() request: FastifyRequest): Promise<{ items: object[] }> {
    const person = writerOf(request);
    const { verb, ids, note, reasonCode, expectedRevisions = {} } = readBody(request, bulkBody);
    const body = { ...(note !== undefined && { note }), ...(reasonCode !== undefined && { reasonCode }) };
    const withheld = LETS_RUN.has(verb) ? await toBeRead(this.models.current().read, person.tenant, ids) : new Set<string>();
    const items: object[] = [];
    const unique = [...new Set(ids)];
    for (let at = 0; at < unique.length; at += BULK_CONCURRENT_MAX) {
      const some = unique.slice(at, at + BULK_CONCURRENT_MAX);
      const decided = some.map(async id => {
        if (withheld.has(id)) return { id, outcome: 'refused', ...FLAGGED };
        const expectedRevision = expectedRevisions[id];
        return this.item(person, id, verb, { ...body, ...(expectedRevision !== undefined && { expectedRevision }) }, retryKeyOf(request));
      });
      items.push(...(await Promise.all(decided)));
    }
    return { items };
  }

  private async item(person: Person, id: string, verb: DecisionVerb, body: object, retryKey: string | undefined): Promise<object> {
    const decided = await this.decide(person, id, verb, body, { retryKey });
    return decided.outcome === 'done' ? { id, ...decided } : { id, outcome: 'refused', ...problemOf(decided) };
  }
}

const answer = (reply: FastifyReply, decided: Decided): void => {
  if (decided.outcome === 'done') return void reply.code(200).header('cache-control', 'no-store').send(decided);
  const document = problemOf(decided);
  sendProblem(reply, document, document.status === 503 ? { 'retry-after': RETRY_AFTER_SEC } : {});
};

/** A refusal as a problem document that says which rule, or who was faster and when. */
const problemOf = (decided: Exclude<Decided, { outcome: 'done' }>) => {
  if (decided.outcome === 'unavailable') return problem('decision_unavailable', 503, decided.detail);
  const { code, detail, by, at } = decided;
  return { ...problem(code, REFUSALS[code] ?? 409, detail), ...(by && { by }), ...(at !== undefined && { at }) };
};

const knownVerb = (name: string): DecisionVerb => {
  const verb = decisionVerb.safeParse(name);
  if (verb.success) return verb.data;
  throw new ProblemError(
    'unknown_verb',
    404,
    `There is no verb ${JSON.stringify(name.slice(0, 32))}; use one of ${decisionVerb.options.join(', ')}.`,
  );
};

const notFound = (id: string) => new ProblemError('not_found', 404, `There is no approval ${JSON.stringify(id.slice(0, 64))}.`);

const retryKeyOf = (request: FastifyRequest): string | undefined => {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && RETRY_KEY.test(key)) return key;
  throw new ProblemError('invalid_idempotency_key', 400, 'Idempotency-Key takes 1 to 255 printable ASCII characters without spaces.');
};
