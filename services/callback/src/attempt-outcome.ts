import { EgressError, type EgressResponse } from '@holdpoint/egress';

/** What one attempt came to. `ends` means that no further attempt can help: the receiver said so. */
export type AttemptOutcome =
  | { delivered: true; status: number; resolvedAddress: string | null }
  | {
      delivered: false;
      status: number | null;
      /** Stable word for the record and for rules: `http_503`, `redirect`, `timeout` … */
      errorClass: string;
      resolvedAddress: string | null;
      retryAfter: string | undefined;
      responseExcerpt: string | null;
      ends: boolean;
    };

/** Kept of a refusal's body, bytes: enough for a stack's first lines, not for a data leak. */
const EXCERPT_BYTES_MAX = 4_096;

/**
 * Judges an answer after Standard Webhooks 1.0.0: 2xx is success; redirects are failures; 410 means the receiver wants no more of it,
 * as does `webhook-delivery: abort-message`. Every other status is tried again, 4xx too: receivers are repaired while we wait.
 */
export const outcomeOfAnswer = (answer: EgressResponse): AttemptOutcome => {
  const { status, resolvedAddress } = answer;
  if (status >= 200 && status < 300) return { delivered: true, status, resolvedAddress };
  const aborted = answer.headers['webhook-delivery'] === 'abort-message';
  return {
    delivered: false,
    status,
    errorClass: aborted ? 'aborted_by_receiver' : classOfStatus(status),
    resolvedAddress,
    retryAfter: answer.headers['retry-after'],
    responseExcerpt: answer.body.byteLength === 0 ? null : new TextDecoder().decode(answer.body.subarray(0, EXCERPT_BYTES_MAX)),
    ends: aborted || status === 410,
  };
};

const classOfStatus = (status: number): string => {
  if (status === 410) return 'gone';
  if (status === 429) return 'throttled';
  return status >= 300 && status < 400 ? 'redirect' : `http_${status}`;
};

/** Judges a call without an answer. @throws what is not an EgressError: that is a bug, not the network. */
export const outcomeOfError = (error: unknown): AttemptOutcome => {
  if (!(error instanceof EgressError)) throw error;
  return { ...notSent(error.errorClass), resolvedAddress: error.resolvedAddress };
};

/** An attempt that never reached the network, for the reason given. */
export const notSent = (errorClass: string): Extract<AttemptOutcome, { delivered: false }> => ({
  delivered: false,
  status: null,
  errorClass,
  resolvedAddress: null,
  retryAfter: undefined,
  responseExcerpt: null,
  ends: false,
});
