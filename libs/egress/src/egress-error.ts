/**
 * Why a call did not bring an answer. For administrators and for retry rules only: what a tenant reads is
 * {@link EgressError.safeMessage}, because telling "refused" from "filtered" from "timed out" makes a port scanner of us.
 */
export type EgressErrorClass =
  /** The URL itself is not acceptable; the caller may be told which rule it breaks. */
  | 'invalid_url'
  /** The name, address or port is not one we call. */
  | 'blocked'
  | 'dns'
  | 'refused'
  | 'timeout'
  | 'tls'
  | 'reset'
  /** The peer did not speak acceptable HTTP. */
  | 'protocol'
  /** The caller gave up. */
  | 'aborted';

const UNREACHABLE =
  'The endpoint gave no usable answer. Check that it is public, listens on an allowed port and answers within the time limit.';

/** The only error {@link Egress.request} rejects with. `message` names host and reason, never a path, a query or a header. */
export class EgressError extends Error {
  override readonly name = 'EgressError';
  /** Whether bytes of the request may have reached the peer, so that it may have acted on them. */
  readonly requestMayHaveArrived: boolean;
  /** Address of the peer, once there was a connection: for the record, not for tenants. */
  resolvedAddress: string | null = null;

  constructor(
    readonly errorClass: EgressErrorClass,
    message: string,
    options: { requestMayHaveArrived?: boolean; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.requestMayHaveArrived = options.requestMayHaveArrived ?? false;
  }

  /** What a tenant may read: the broken rule for a bad URL, and one and the same sentence for everything the network says. */
  get safeMessage(): string {
    return this.errorClass === 'invalid_url' ? this.message : UNREACHABLE;
  }
}

const CLASS_BY_CODE: Record<string, EgressErrorClass> = {
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'refused',
  ENETUNREACH: 'refused',
  EADDRNOTAVAIL: 'refused',
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  EAI_FAIL: 'dns',
  ETIMEDOUT: 'timeout',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  ECONNABORTED: 'reset',
  EPROTO: 'tls',
};

/** @returns the class of an error of node:net, node:tls, node:dns or node:http, by its code. */
export const classOf = (error: NodeJS.ErrnoException & { errors?: NodeJS.ErrnoException[] }): EgressErrorClass => {
  const code = error.code ?? error.errors?.[0]?.code ?? '';
  if (code.startsWith('HPE_')) return 'protocol';
  if (/^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH)/.test(code)) return 'tls';
  return CLASS_BY_CODE[code] ?? 'reset';
};
