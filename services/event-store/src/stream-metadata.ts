/** Stream metadata as EventStoreDB writes it: `$maxCount`, `$maxAge` (seconds), `$tb` (truncate before), `$acl`, `$cacheControl`. */

/** `$tb` of a soft-deleted stream: 2^63 - 1, which a JSON number rounds to 2^63. */
export const SOFT_DELETED = 2 ** 63;

/** The metadata event of a soft delete, byte for byte as EventStoreDB writes it. */
export const SOFT_DELETE_JSON = '{"$tb":9223372036854775807}';

/** The part of stream metadata that decides which events are visible. */
export type StreamMetadata = {
  /** Only this many newest events are visible. */
  maxCount?: number;
  /** Only events younger than this are visible, milliseconds. */
  maxAgeMs?: number;
  /** Events below this revision are not visible; `SOFT_DELETED` hides them all. */
  truncateBefore?: number;
};

const positiveInteger = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : undefined;

/**
 * Reads what matters from the body of a `$metadata` event.
 * @returns the settings (empty when there are none), or undefined when the body is not a JSON object.
 */
export const parseStreamMetadata = (json: Uint8Array): StreamMetadata | undefined => {
  let body: unknown;
  try {
    body = JSON.parse(Buffer.from(json.buffer, json.byteOffset, json.byteLength).toString('utf8'));
  } catch {
    return undefined;
  }
  if (body === null || typeof body !== 'object' || Array.isArray(body)) return undefined;
  const fields = body as Record<string, unknown>;
  const maxCount = positiveInteger(fields['$maxCount']);
  const maxAgeSec = positiveInteger(fields['$maxAge']);
  const truncateBefore = positiveInteger(fields['$tb']);
  return {
    ...(maxCount === undefined ? {} : { maxCount }),
    ...(maxAgeSec === undefined ? {} : { maxAgeMs: maxAgeSec * 1000 }),
    ...(truncateBefore === undefined ? {} : { truncateBefore }),
  };
};

/** The same metadata with another `$tb`: what EventStoreDB writes when a soft-deleted stream is written to again. */
export const withTruncateBefore = (json: Uint8Array, truncateBefore: number): string => {
  try {
    const body = JSON.parse(Buffer.from(json.buffer, json.byteOffset, json.byteLength).toString('utf8')) as Record<string, unknown>;
    return JSON.stringify({ ...body, $tb: truncateBefore });
  } catch {
    return JSON.stringify({ $tb: truncateBefore });
  }
};

/** The lowest revision a reader may see, before age is looked at. */
export const firstVisibleRevision = (metadata: StreamMetadata, lastRevision: number): number =>
  Math.max(metadata.truncateBefore ?? 0, metadata.maxCount === undefined ? 0 : lastRevision - metadata.maxCount + 1);

export const isSoftDeleted = (metadata: StreamMetadata): boolean => (metadata.truncateBefore ?? 0) >= SOFT_DELETED;
