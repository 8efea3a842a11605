import { z } from 'zod';
import { instant } from './ids.ts';

/** A day (its first moment in UTC) or an instant; read as UTC with milliseconds, as everything that is compared to it is written. */
const moment = z
  .union([instant, z.iso.date()], 'must be a date (2026-11-01) or an instant (2026-11-01T08:00:00Z)')
  .transform(text => new Date(text).toISOString());

/** A period: from its first moment up to, and without, its last; both may be left open. */
export const period = { from: moment.optional(), to: moment.optional() };

/** What can be downloaded, and in which forms. `training` is one JSON document per line, as tools that tune models take it. */
export const EXPORTS = ['approvals', 'decisions', 'metrics', 'audit', 'training'] as const;
export type ExportName = (typeof EXPORTS)[number];
export const EXPORT_FORMATS = ['csv', 'json', 'jsonl'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Query of `GET /api/exports/{name}`. Every record carries its `cursor`: a download that broke off goes on behind the last record that arrived. */
export const exportQuery = z.strictObject({
  ...period,
  agent: z.string().max(128).optional(),
  format: z.enum(EXPORT_FORMATS).default('csv'),
  cursor: z.string().max(256).optional(),
});
export type ExportQuery = z.infer<typeof exportQuery>;

/** Query of `GET /api/exports/training`: nested documents have no columns. */
export const trainingQuery = exportQuery.extend({ format: z.enum(['jsonl', 'json']).default('jsonl') });
/** Query of `GET /api/exports/audit`: events of every kind, few of which have an agent. */
export const auditQuery = exportQuery.omit({ agent: true });
