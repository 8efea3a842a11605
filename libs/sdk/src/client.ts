import type { Accepted, Approval, ApprovalRequest, Decision } from './decision.ts';
import { HoldpointError, type Problem } from './problem.ts';
import { verifyWebhook, type WebhookHeaders } from './verify-webhook.ts';

/** Longest hold of one long poll, seconds: the server's own limit. */
const POLL_SEC_MAX = 60;
/** How long past its hold a long poll may take before it counts as lost, seconds. */
const POLL_GRACE_SEC = 10;
/** How long any other call may take, seconds. */
const CALL_SEC_MAX = 30;
/** Pause before a failed poll is repeated when the server names none, and the longest pause, seconds. */
const RETRY_SEC = 1;
const RETRY_SEC_MAX = 30;

const pause = (sec: number): Promise<void> => new Promise(resolve => setTimeout(resolve, sec * 1000));

export type HoldpointOptions = {
  /** Where ingest listens, for example `http://127.0.0.1:7070`. */
  baseUrl: string;
  /** `hp_live_…` or `hp_test_…`. */
  apiKey: string;
  fetch?: typeof globalThis.fetch;
  /** `whsec_…` of the endpoint that callbacks come to; needed for `verifyCallback` unless `publicKey` is given. */
  webhookSecret?: string;
  /** `whpk_…` of the endpoint. */
  publicKey?: string;
};

/** The client an agent's app uses: ask, wait, withdraw, spend, and check a callback. */
export class Holdpoint {
  readonly #options: HoldpointOptions;
  readonly #base: string;

  constructor(options: HoldpointOptions) {
    this.#options = options;
    this.#base = options.baseUrl.replace(/\/+$/, '');
  }

  /**
   * Asks for an approval. A repeat with the same key answers with the first request's approval.
   * @param options.idempotencyKey by default the server takes (source, thread, run, tool call)
   * @throws HoldpointError
   */
  request(body: ApprovalRequest, { idempotencyKey }: { idempotencyKey?: string } = {}): Promise<Accepted> {
    return this.#call('POST', '/v1/approvals', { body, ...(idempotencyKey && { headers: { 'idempotency-key': idempotencyKey } }) });
  }

  /** Reads an approval as it stands. @throws HoldpointError */
  get(id: string): Promise<Approval> {
    return this.#call('GET', `/v1/approvals/${encodeURIComponent(id)}`);
  }

  /**
   * Waits by long polls until the request has its decision; a poll that fails for a passing reason is repeated.
   * @param options.timeoutSec give up after this long; by default it waits as long as the request lives
   * @returns the approval, terminal, or still `pending` when the timeout came first
   * @throws HoldpointError for answers that a repeat would not change
   */
  async wait(id: string, { timeoutSec = Number.POSITIVE_INFINITY }: { timeoutSec?: number } = {}): Promise<Approval> {
    const endMs = Date.now() + timeoutSec * 1000;
    for (;;) {
      const leftSec = Math.max(0, (endMs - Date.now()) / 1000);
      const holdSec = Math.min(POLL_SEC_MAX, Math.ceil(leftSec));
      const path = `/v1/approvals/${encodeURIComponent(id)}/wait?timeout=${holdSec}`;
      try {
        const approval = await this.#call<Approval>('GET', path, { limitSec: holdSec + POLL_GRACE_SEC });
        if (approval.status !== 'pending' || Date.now() >= endMs) return approval;
      } catch (error) {
        const passing = error instanceof HoldpointError && (error.status === 0 || error.status === 429 || error.status >= 500);
        if (!passing || Date.now() >= endMs) throw error;
        await pause(Math.min(error.retryAfterSec ?? RETRY_SEC, RETRY_SEC_MAX, (endMs - Date.now()) / 1000));
      }
    }
  }

  /** Asks and waits: resolves with the decision, or null when `timeoutSec` came first. Null is not an approval. @throws HoldpointError */
  async requestAndWait(
    body: ApprovalRequest,
    { idempotencyKey, timeoutSec }: { idempotencyKey?: string; timeoutSec?: number } = {},
  ): Promise<Decision | null> {
    const accepted = await this.request(body, idempotencyKey === undefined ? {} : { idempotencyKey });
    const approval = await this.wait(accepted.id, timeoutSec === undefined ? {} : { timeoutSec });
    return approval.decision;
  }

  /** Takes a request back: nobody needs to decide it any more. @throws HoldpointError `already_decided` when a decision came first */
  withdraw(id: string, { note }: { note?: string } = {}): Promise<Approval> {
    return this.#call('POST', `/v1/approvals/${encodeURIComponent(id)}/withdraw`, { body: note === undefined ? {} : { note } });
  }

  /**
   * Spends an approval, once, right before the action runs.
   * @param actionHash from `actionHash({tool, args})` of what is about to run
   * @param preconditions each one the request stated, with the value it has now
   * @throws HoldpointError 409 when it was spent before, is held, or the world changed (`problem.again` then asks anew); 403 when it is not
   *   approved, expired or for another action
   */
  consume(id: string, actionHash: string, preconditions?: { name: string; value: unknown }[]): Promise<Approval> {
    return this.#call('POST', `/v1/approvals/${encodeURIComponent(id)}/consume`, {
      body: { actionHash, ...(preconditions !== undefined && { preconditions }) },
    });
  }

  /**
   * Changes a proposal that is still pending: a new request takes its place, and is answered instead of it.
   * @param changes the members that change; what is left out stays as it was
   * @throws HoldpointError `already_decided` when a decision came first
   */
  revise(
    id: string,
    changes: Partial<Pick<ApprovalRequest, 'arguments' | 'action' | 'argsSchema' | 'context' | 'labels' | 'preconditions'>>,
  ): Promise<Accepted> {
    return this.#call('POST', `/v1/approvals/${encodeURIComponent(id)}/revise`, { body: changes });
  }

  /** Answers a question of somebody who decides (`Approval.questions`). @throws HoldpointError `question_not_open` */
  answer(id: string, questionId: string, text: string): Promise<Approval> {
    return this.#call('POST', `/v1/approvals/${encodeURIComponent(id)}/answers`, { body: { questionId, text } });
  }

  /**
   * Checks a callback's signature and reads its decision.
   * @param rawBody the body exactly as received
   * @throws WebhookVerificationError
   */
  verifyCallback(rawBody: Uint8Array | string, headers: WebhookHeaders): Decision {
    const { webhookSecret, publicKey } = this.#options;
    verifyWebhook({ headers, rawBody, secrets: webhookSecret ? [webhookSecret] : [], publicKeys: publicKey ? [publicKey] : [] });
    return JSON.parse(typeof rawBody === 'string' ? rawBody : new TextDecoder('utf-8', { fatal: true }).decode(rawBody)) as Decision;
  }

  async #call<T>(
    method: 'GET' | 'POST',
    path: string,
    { body, headers, limitSec = CALL_SEC_MAX }: { body?: unknown; headers?: Record<string, string>; limitSec?: number } = {},
  ): Promise<T> {
    const send = this.#options.fetch ?? globalThis.fetch;
    const response = await send(this.#base + path, {
      method,
      headers: {
        authorization: `Bearer ${this.#options.apiKey}`,
        accept: 'application/json, application/problem+json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      redirect: 'error',
      signal: AbortSignal.timeout(limitSec * 1000),
    }).catch((cause: unknown) => {
      throw new HoldpointError(localProblem('unreachable', `no answer from ${this.#base}: ${reasonOf(cause)}`));
    });
    const answer: unknown = await response.json().catch(() => null);
    if (response.ok && answer !== null) return answer as T;
    throw new HoldpointError(problemOf(answer, response.status), retryAfterOf(response));
  }
}

const reasonOf = (cause: unknown): string => {
  if (!(cause instanceof Error)) return 'unknown reason';
  return cause.cause instanceof Error && cause.cause.message ? cause.cause.message : cause.message;
};

const localProblem = (code: string, detail: string, status = 0): Problem => ({ type: 'about:blank', title: code, status, code, detail });

const problemOf = (answer: unknown, status: number): Problem => {
  const given = answer as Partial<Problem> | null;
  if (typeof given?.code === 'string' && typeof given.detail === 'string')
    return { type: 'about:blank', title: given.code, ...given, status } as Problem;
  return localProblem('unexpected_answer', `the server answered ${status} without a problem document; check baseUrl`, status);
};

const retryAfterOf = (response: Response): number | null => {
  const header = response.headers.get('retry-after');
  return header !== null && /^[0-9]{1,6}$/.test(header) ? Number(header) : null;
};
