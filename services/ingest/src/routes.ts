import { z } from 'zod';
import {
  acceptedReply,
  answerBody,
  approvalReply,
  approvalRequest,
  approvalsPage,
  batchBody,
  batchReply,
  consumeBody,
  executionBody,
  executionReply,
  hookReply,
  reviseBody,
  withdrawBody,
  HOOK_PROVIDERS,
  settingId,
  type ApiKeyScope,
} from '@holdpoint/contracts';
import { listQuery } from './list-approvals.ts';
import { waitQuery } from './read-approval.controller.ts';

/** One call of the agents' API, as its description needs it. */
export type Route = {
  method: 'get' | 'post';
  /** With `{id}` for a parameter. */
  path: string;
  name: string;
  summary: string;
  /** What the API key must hold; null for calls without one. */
  scope: ApiKeyScope | null;
  /** Parameters in the path besides `id`, with what they are. */
  params?: Readonly<Record<string, { says: string; schema: z.ZodType }>>;
  query?: z.ZodObject;
  body?: z.ZodType;
  /** A body that may be left out. */
  bodyOptional?: true;
  takesIdempotencyKey?: true;
  answers: Readonly<Record<number, { says: string; schema?: z.ZodType }>>;
  /** Problem codes by status, beyond those every call has. */
  problems?: Readonly<Record<number, readonly string[]>>;
};

const REFUSED_BODY = {
  400: ['json_…', 'ambiguous_member'],
  413: ['body_too_large'],
  415: ['unsupported_media_type', 'unsupported_content_encoding', 'unsupported_charset'],
  422: ['invalid_request'],
} as const;
const NOT_FOUND = { 404: ['not_found'], 410: ['erased'] } as const;

/** A JSON-RPC message; what it may say is the protocol’s business. */
const mcpMessage = z.looseObject({ jsonrpc: z.literal('2.0'), method: z.string() });

/** What a provider sends says which session to read, and little more. */
const thinWebhook = z.looseObject({ id: z.string(), type: z.string(), data: z.looseObject({ id: z.string() }) });

/** Every call ingest answers. The OpenAPI document comes from here, and a spec compares it with what is really served. */
export const ROUTES: readonly Route[] = [
  {
    method: 'post',
    path: '/v1/approvals',
    name: 'requestApproval',
    summary: 'Ask for an approval. Recorded when answered; the same request again is answered from the first one.',
    scope: 'requests:write',
    body: approvalRequest,
    takesIdempotencyKey: true,
    answers: {
      202: { says: 'Accepted and recorded', schema: acceptedReply },
      200: { says: 'The same request was accepted before; idempotency-replayed is true', schema: acceptedReply },
    },
    problems: {
      400: [...REFUSED_BODY[400], 'idempotency_key_invalid', 'idempotency_key_required'],
      410: ['erased'],
      413: [...REFUSED_BODY[413], 'request_too_large', 'context_too_large'],
      415: REFUSED_BODY[415],
      422: ['invalid_request', 'idempotency_key_reused', 'deadline_invalid', 'action_invalid', 'callback_invalid', 'resume_invalid'],
    },
  },
  {
    method: 'post',
    path: '/v1/approvals:batch',
    name: 'requestApprovals',
    summary: 'Ask for up to 100 approvals; each has its own outcome, in the order asked.',
    scope: 'requests:write',
    body: batchBody,
    takesIdempotencyKey: true,
    answers: { 207: { says: 'The outcome of each request', schema: batchReply } },
    problems: { ...REFUSED_BODY, 400: [...REFUSED_BODY[400], 'idempotency_key_invalid'] },
  },
  {
    method: 'get',
    path: '/v1/approvals',
    name: 'listApprovals',
    summary: 'List approvals, newest first, in pages.',
    scope: 'requests:read',
    query: listQuery,
    answers: { 200: { says: 'One page', schema: approvalsPage } },
    problems: { 400: ['invalid_query'], 503: ['list_unavailable'] },
  },
  {
    method: 'get',
    path: '/v1/approvals/{id}',
    name: 'getApproval',
    summary: 'Read an approval: its status, its decision, and how far the answer got.',
    scope: 'requests:read',
    answers: { 200: { says: 'The approval', schema: approvalReply } },
    problems: NOT_FOUND,
  },
  {
    method: 'get',
    path: '/v1/approvals/{id}/wait',
    name: 'waitForDecision',
    summary: 'Hold until the approval is decided or the time is over; answers at once when it is decided.',
    scope: 'requests:read',
    query: waitQuery,
    answers: { 200: { says: 'The approval, decided or still pending', schema: approvalReply } },
    problems: { ...NOT_FOUND, 400: ['invalid_query'], 503: ['too_many_waiters'] },
  },
  {
    method: 'post',
    path: '/v1/approvals/{id}/withdraw',
    name: 'withdrawApproval',
    summary: 'Take a request back; withdrawing twice is withdrawing once.',
    scope: 'requests:write',
    body: withdrawBody,
    bodyOptional: true,
    answers: { 200: { says: 'The approval, withdrawn', schema: approvalReply } },
    problems: { ...REFUSED_BODY, ...NOT_FOUND, 403: ['not_your_request'], 409: ['already_decided'] },
  },
  {
    method: 'post',
    path: '/v1/approvals/{id}/consume',
    name: 'consumeApproval',
    summary: 'Spend an approval, once, right before the action runs.',
    scope: 'requests:write',
    body: consumeBody,
    answers: { 200: { says: 'Spent: run it now', schema: approvalReply } },
    problems: {
      ...REFUSED_BODY,
      ...NOT_FOUND,
      403: ['not_approved', 'action_mismatch', 'approval_expired'],
      409: ['already_consumed', 'held', 'preconditions_changed'],
      422: ['invalid_request', 'preconditions_required'],
    },
  },
  {
    method: 'post',
    path: '/v1/approvals/{id}/revise',
    name: 'reviseApproval',
    summary: 'Change the proposal: a new request, linked to this one, goes through the gate in its place.',
    scope: 'requests:write',
    body: reviseBody,
    answers: {
      202: { says: 'Accepted and recorded', schema: acceptedReply },
      200: { says: 'The same revision was accepted before; idempotency-replayed is true', schema: acceptedReply },
    },
    problems: {
      ...REFUSED_BODY,
      ...NOT_FOUND,
      403: ['not_your_request'],
      409: ['already_decided'],
      413: [...REFUSED_BODY[413], 'request_too_large', 'context_too_large'],
      422: ['invalid_request', 'action_invalid', 'callback_invalid', 'resume_invalid'],
    },
  },
  {
    method: 'post',
    path: '/v1/approvals/{id}/answers',
    name: 'answerQuestion',
    summary: 'Answer a question that somebody who decides asked the agent.',
    scope: 'requests:write',
    body: answerBody,
    answers: { 202: { says: 'Recorded', schema: approvalReply } },
    problems: { ...REFUSED_BODY, ...NOT_FOUND, 403: ['not_your_request'], 409: ['already_decided', 'question_not_open'] },
  },
  {
    method: 'post',
    path: '/v1/approvals/{id}/executions',
    name: 'reportExecution',
    summary: 'Say what ran. What was not approved is recorded as such and raises an alarm.',
    scope: 'requests:write',
    body: executionBody,
    answers: { 202: { says: 'Recorded', schema: executionReply } },
    problems: { ...REFUSED_BODY, ...NOT_FOUND },
  },
  {
    method: 'post',
    path: '/v1/hooks/{provider}/{connection}',
    name: 'takeHook',
    summary:
      'Take a provider’s webhook, signed after Standard Webhooks: the session it names is read from the provider, and each call that waits is asked about. Answered after it is recorded; the same webhook may come any number of times.',
    scope: null,
    params: {
      provider: { says: 'Whose webhook it is.', schema: z.enum(HOOK_PROVIDERS) },
      connection: { says: 'Id of a connection that has a webhook secret and an agent.', schema: settingId },
    },
    body: thinWebhook,
    answers: { 200: { says: 'Recorded, or nothing to ask about', schema: hookReply } },
    problems: {
      400: REFUSED_BODY[400],
      401: ['webhook_unverified'],
      404: ['not_found'],
      413: REFUSED_BODY[413],
      415: REFUSED_BODY[415],
      422: ['unknown_pause'],
      429: ['rate_limited'],
      503: ['provider_unavailable', 'log_unavailable', 'overloaded'],
    },
  },
  {
    method: 'post',
    path: '/mcp',
    name: 'mcp',
    summary: 'The Model Context Protocol (Streamable HTTP, 2026-07-28 and 2025-11-25): one JSON-RPC message a request. See the MCP guide.',
    scope: 'requests:write',
    body: mcpMessage,
    answers: { 200: { says: 'The JSON-RPC answer, as JSON or as one server-sent event' }, 202: { says: 'A notification was taken' } },
    problems: { 403: ['host_not_allowed', 'origin_not_allowed'], 413: REFUSED_BODY[413], 415: REFUSED_BODY[415] },
  },
  {
    method: 'post',
    path: '/mcp/gateway/{id}',
    name: 'mcpGateway',
    summary:
      'Another MCP server, behind the gate: its own tools, of which those that are gated run once they are approved, once, with exactly what was approved. See the MCP guide.',
    scope: 'requests:write',
    body: mcpMessage,
    answers: { 200: { says: 'The JSON-RPC answer, as JSON or as one server-sent event' }, 202: { says: 'A notification was taken' } },
    problems: {
      ...NOT_FOUND,
      403: ['host_not_allowed', 'origin_not_allowed', 'key_mode_mismatch'],
      413: REFUSED_BODY[413],
      415: REFUSED_BODY[415],
    },
  },
  {
    method: 'get',
    path: '/.well-known/oauth-protected-resource',
    name: 'getProtectedResource',
    summary: 'How the MCP endpoint is authorised (RFC 9728): by an API key in the Authorization header.',
    scope: null,
    answers: { 200: { says: 'Protected-resource metadata' } },
  },
  {
    method: 'get',
    path: '/.well-known/oauth-protected-resource/mcp',
    name: 'getProtectedResourceOfMcp',
    summary: 'The same, at the address that RFC 9728 derives from the endpoint’s own.',
    scope: null,
    answers: { 200: { says: 'Protected-resource metadata' } },
  },
  {
    method: 'get',
    path: '/.well-known/oauth-protected-resource/mcp/gateway/{id}',
    name: 'getProtectedResourceOfMcpGateway',
    summary: 'The same, for an MCP server behind the gate.',
    scope: null,
    answers: { 200: { says: 'Protected-resource metadata' } },
    problems: NOT_FOUND,
  },
  {
    method: 'get',
    path: '/openapi.json',
    name: 'getOpenApi',
    summary: 'This description.',
    scope: null,
    answers: { 200: { says: 'OpenAPI 3.1' } },
  },
  {
    method: 'get',
    path: '/.well-known/jwks.json',
    name: 'getReceiptKeys',
    summary: 'The public keys that receipts are verified with (RFC 7517).',
    scope: null,
    answers: { 200: { says: 'A JSON Web Key Set' } },
  },
  {
    method: 'get',
    path: '/healthz',
    name: 'getHealth',
    summary: 'Whether the process answers.',
    scope: null,
    answers: { 200: { says: 'It does' } },
  },
  {
    method: 'get',
    path: '/readyz',
    name: 'getReadiness',
    summary: 'Whether requests can be recorded.',
    scope: null,
    answers: { 200: { says: 'They can' }, 503: { says: 'They cannot; retry-after is set' } },
  },
  {
    method: 'get',
    path: '/metrics',
    name: 'getMetrics',
    summary: 'Prometheus metrics.',
    scope: null,
    answers: { 200: { says: 'Text format' } },
  },
];
