import type { InboxItem, InboxQuery } from '@holdpoint/contracts';
import { INBOX_VIEW_NAMES, RISK_LEVEL_NAMES } from '../limits.ts';

/** What the inbox's address says: `/?view=team&risk=high&q=refund`. */
export type InboxFilters = Pick<InboxQuery, 'view' | 'risk' | 'agent' | 'q'>;

const oneOf = <T extends string>(options: readonly T[], value: string | null): T | undefined => options.find(option => option === value);

/** Reads the address; what is unknown in it is left out. */
export const filtersOf = (search: string): InboxFilters => {
  const params = new URLSearchParams(search);
  const risk = oneOf(RISK_LEVEL_NAMES, params.get('risk'));
  const agent = params.get('agent')?.trim();
  const q = params.get('q')?.trim();
  return { view: oneOf(INBOX_VIEW_NAMES, params.get('view')) ?? 'mine', ...(risk && { risk }), ...(agent && { agent }), ...(q && { q }) };
};

/** Writes the address; the default view and empty filters are left out, so the plain inbox is `/`. */
export const addressOf = (filters: InboxFilters): string => {
  const params = new URLSearchParams();
  if (filters.view !== 'mine') params.set('view', filters.view);
  if (filters.risk) params.set('risk', filters.risk);
  if (filters.agent) params.set('agent', filters.agent);
  if (filters.q) params.set('q', filters.q);
  const query = params.toString();
  return query === '' ? '/' : `/?${query}`;
};

/**
 * Whether a view lists a request as it is now, as far as the request itself shows; who else is asked, the server alone knows.
 * @param nowMs the server's
 */
export const isListedIn = (view: InboxFilters['view'], { status, mayDecide, snoozedUntil }: InboxItem, nowMs: number): boolean => {
  const isOpen = status === 'pending';
  const isPutOff = typeof snoozedUntil === 'string' && Date.parse(snoozedUntil) > nowMs;
  switch (view) {
    case 'mine':
      return isOpen && mayDecide && !isPutOff;
    case 'snoozed':
      return isOpen && isPutOff;
    case 'decided':
      return !isOpen;
    default:
      return isOpen;
  }
};

/** The same filters as the API takes them. */
export const inboxUrl = (filters: InboxFilters, limit: number, cursor: string | null): string => {
  const params = new URLSearchParams({ view: filters.view, limit: String(limit) });
  for (const name of ['risk', 'agent', 'q'] as const) if (filters[name]) params.set(name, filters[name]);
  if (cursor !== null) params.set('cursor', cursor);
  return `/api/inbox?${params.toString()}`;
};
