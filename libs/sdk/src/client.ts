import { callApi, passes, pause, type ApiPlace } from './call-api.ts';
import type { Accepted, Approval, ApprovalRequest, Decision } from './decision.ts';
import type { Jwks } from './read-receipt.ts';
import { decisionIn, verifyCallback, type IncomingCallback } from './verify-callback.ts';
import type { WebhookHeaders } from './read-webhook.ts';

/** Longest hold of one long poll, seconds: the server's own limit. */
const POLL_SEC_MAX = 60;
/** How long past its hold a long poll may take before it counts as lost, seconds. */
const POLL_GRACE_SEC = 10;
/** Pause before a failed poll is repeated when the server names none, and the longest pause, seconds. */
const RETRY_SEC = 1;
const RETRY_SEC_MAX = 30;

const pathOf = (id: string, rest = ''): string => `/v1/approvals/${encodeURIComponent(id)}${rest}`;

/** How long to wait for a decision, and how to stop. */
export type WaitOptions = {
  /** Give up after this long; by default as long as the request lives. */
  timeoutSec?: number | undefined;
  signal?: AbortSignal | undefined;
};

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
  readonly #place: ApiPlace;

  constructor(options: HoldpointOptions) {
    this.#options = options;
    this.#place = { ...options, baseUrl: options.baseUrl.replace(/\/+$/, '') };
  }

  /**
   * Asks for an approval; repeated by itself after failures that pass. A repeat with the same key answers with the first request's approval.
   * @param options.idempotencyKey by default the paused call names the request (source, thread, run, tool call), so that it survives a
   *   restart of the app; a body without them gets a key that only covers the repeats of this one call
   * @throws HoldpointError 410 `erased` when the first request under this key was erased: ask under another key
   */
  request(body: ApprovalRequest, { idempotencyKey, signal }: { idempotencyKey?: string; signal?: AbortSignal } = {}): Promise<Accepted> {
    const named = body.toolCallId !== undefined && (body.runId !== undefined || body.threadId !== undefined);
    const key = idempotencyKey ?? (named ? undefined : globalThis.crypto.randomUUID());
    const headers = key === undefined ? {} : { 'idempotency-key': key };
    return callApi(this.#place, { method: 'POST', path: '/v1/approvals', body, headers, repeat: true, signal });
  }

  /** Reads an approval as it stands. @throws HoldpointError 410 `erased` when nobody can read it any more */
  get(id: string): Promise<Approval> {
    return callApi(this.#place, { method: 'GET', path: pathOf(id), repeat: true });
  }

  /**
   * Waits by long polls until the request has its decision; a poll that fails for a passing reason is repeated. It holds nothing but the
   * id: after a restart, wait for the same id again.
   * @returns the approval, terminal, or still `pending` when the timeout came first
   * @throws HoldpointError for answers that a repeat would not change; the signal's reason when it was aborted
   */
  async wait(id: string, { timeoutSec = Number.POSITIVE_INFINITY, signal }: WaitOptions = {}): Promise<Approval> {
    const endMs = Date.now() + timeoutSec * 1000;
    for (;;) {
      const leftSec = Math.max(0, (endMs - Date.now()) / 1000);
      const holdSec = Math.min(POLL_SEC_MAX, Math.ceil(leftSec));
      const poll = { method: 'GET' as const, path: pathOf(id, `/wait?timeout=${holdSec}`), limitSec: holdSec + POLL_GRACE_SEC, signal };
      try {
        const approval = await callApi<Approval>(this.#place, poll);
        if (approval.status !== 'pending' || Date.now() >= endMs) return approval;
      } catch (error) {
        if (!passes(error) || Date.now() >= endMs) throw error;
        await pause(Math.min(error.retryAfterSec ?? RETRY_SEC, RETRY_SEC_MAX, Math.max(0, (endMs - Date.now()) / 1000)), signal);
      }
    }
  }

  /**
   * Waits for the decision about a request, by its id.
   * @returns the decision, or null when `timeoutSec` came first. Null is not an approval
   * @throws HoldpointError; the signal's reason when it was aborted
   */
  async waitForDecision(id: string, options: WaitOptions = {}): Promise<Decision | null> {
    return (await this.wait(id, options)).decision;
  }

  /** Asks and waits: resolves with the decision, or null when `timeoutSec` came first. Null is not an approval. @throws HoldpointError */
  async requestAndWait(
    body: ApprovalRequest,
    { idempotencyKey, ...options }: { idempotencyKey?: string } & WaitOptions = {},
  ): Promise<Decision | null> {
    const accepted = await this.request(body, {
      ...(idempotencyKey !== undefined && { idempotencyKey }),
      ...(options.signal && { signal: options.signal }),
    });
    return this.waitForDecision(accepted.id, options);
  }

  /** Takes a request back: nobody needs to decide it any more. @throws HoldpointError `already_decided` when a decision came first */
  withdraw(id: string, { note }: { note?: string } = {}): Promise<Approval> {
    return callApi(this.#place, {
      method: 'POST',
      path: pathOf(id, '/withdraw'),
      body: note === undefined ? {} : { note },
      repeat: true,
    });
  }

  /**
   * Spends an approval, once, right before the action runs. It is never repeated by itself: after a lost answer nobody can tell whether
   * the approval was spent, and the action must not run.
   * @param actionHash from `actionHash({tool, args})` of what is about to run
   * @param preconditions each one the request stated, with the value it has now
   * @throws HoldpointError 409 when it was spent before, is held, or the world changed (`problem.again` then asks anew); 403 when it is not
   *   approved, expired or for another action; 410 when it is erased
   */
  consume(id: string, actionHash: string, preconditions?: { name: string; value: unknown }[]): Promise<Approval> {
    return callApi(this.#place, {
      method: 'POST',
      path: pathOf(id, '/consume'),
      body: { actionHash, ...(preconditions !== undefined && { preconditions }) },
    });
  }

  /**
   * Puts on record what ran; another action than the approved one raises an alarm.
   * @param actionHash from `actionHash({tool, args})` of what ran
   * @throws HoldpointError
   */
  reportExecution(
    id: string,
    { actionHash, outcome, detail }: { actionHash: string; outcome: 'succeeded' | 'failed'; detail?: string },
  ): Promise<{ id: string; recorded: boolean; matchesApproval: boolean }> {
    const body = { actionHash, outcome, ...(detail !== undefined && { detail }) };
    return callApi(this.#place, { method: 'POST', path: pathOf(id, '/executions'), body });
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
    return callApi(this.#place, { method: 'POST', path: pathOf(id, '/revise'), body: changes });
  }

  /** Answers a question of somebody who decides (`Approval.questions`). @throws HoldpointError `question_not_open` */
  answer(id: string, questionId: string, text: string): Promise<Approval> {
    return callApi(this.#place, { method: 'POST', path: pathOf(id, '/answers'), body: { questionId, text } });
  }

  /** The key set for `verifyReceipt`; fetch it once and keep it. @throws HoldpointError */
  jwks(): Promise<Jwks> {
    return callApi(this.#place, { method: 'GET', path: '/.well-known/jwks.json', repeat: true });
  }

  /**
   * Checks a callback's signature and reads its decision.
   * @param callback the body exactly as received, with its headers; or a fetch `Request`, a Fastify, Express or Nest request that kept its
   *   raw body, or a Node request that nobody has read yet: then the answer is a promise
   * @throws WebhookVerificationError
   */
  verifyCallback(rawBody: Uint8Array | string, headers: WebhookHeaders): Decision;
  verifyCallback(callback: IncomingCallback): Promise<Decision>;
  verifyCallback(given: Uint8Array | string | IncomingCallback, headers?: WebhookHeaders): Decision | Promise<Decision> {
    const { webhookSecret, publicKey } = this.#options;
    const keys = { secrets: webhookSecret ? [webhookSecret] : [], publicKeys: publicKey ? [publicKey] : [] };
    return headers === undefined
      ? verifyCallback(given as IncomingCallback, keys)
      : decisionIn(given as Uint8Array | string, headers, keys);
  }
}
