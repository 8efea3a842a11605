import { AT_ONCE, type Wait } from './open-work.ts';

/** A wait of its own, for specs of what handles waits. */
export const waitNamed = (name: string, changes: Partial<Wait> = {}): Wait => ({
  kind: 'gate',
  key: '',
  approvalId: `apr_${name}`,
  tenant: 'acme',
  eventId: name,
  revision: 0,
  type: 'ApprovalRequested',
  dueMs: AT_ONCE,
  slot: -1,
  rings: 0,
  inFlight: false,
  ...changes,
});
