import type { INBOX_VIEWS, LIMITS, RISK_LEVELS } from '@holdpoint/contracts';

/**
 * The few public limits the page needs at run time. The types make the compiler compare each with the contract, so the schemas
 * (and the library they are written with) stay out of the bundle.
 */
export const NOTE_CHARS_MAX: (typeof LIMITS)['noteCharsMax'] = 4_000;
/** How long what was written may be kept after the end, months. */
export const RETENTION_MONTHS: (typeof LIMITS)['retentionMonths'] = { min: 6, max: 1_200 };
export const INBOX_VIEW_NAMES = ['mine', 'team', 'all', 'snoozed', 'decided'] as const satisfies typeof INBOX_VIEWS;
export const RISK_LEVEL_NAMES = ['low', 'medium', 'high', 'critical'] as const satisfies typeof RISK_LEVELS;

/** Rows asked for at once, of at most 200: one page fills any screen twice. */
export const INBOX_PAGE_ROWS = 100;
