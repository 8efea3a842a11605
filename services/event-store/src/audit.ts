import { categoryOf, describedStreamOf, isMetadataStream } from './stream-name.ts';
import type { StreamMetadata } from './stream-metadata.ts';

/** Categories whose events are evidence: never changed, deleted or truncated. The audit trail of approvals, and all that explains it. */
export const defaultAuditCategories: readonly string[] = [
  'approval',
  'context',
  'notification',
  'callback',
  'gatePolicy',
  'organization',
  'operator',
  'schedule',
  'agent',
  'channel',
  'template',
  'seal',
];

/** The category that decides whether a stream is protected; a metadata stream is as protected as what it describes. */
export const protectedCategoryOf = (stream: string): string => categoryOf(isMetadataStream(stream) ? describedStreamOf(stream) : stream);

/** Says whether this metadata would hide or remove events: not allowed on audit streams. */
export const truncates = (metadata: StreamMetadata): boolean =>
  metadata.maxCount !== undefined || metadata.maxAgeMs !== undefined || metadata.truncateBefore !== undefined;
