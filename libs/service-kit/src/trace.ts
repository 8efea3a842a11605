const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/**
 * The caller's `traceparent` (W3C Trace Context) when it is well-formed, else undefined: it is passed on through every event, and a
 * malformed one is dropped rather than refused, as the specification asks.
 */
export const traceparentOf = (header: string | string[] | undefined): string | undefined =>
  typeof header === 'string' && TRACEPARENT.test(header) ? header : undefined;
