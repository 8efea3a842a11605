export { defaultAuditCategories } from './audit.ts';
export type { Credentials } from './authorize.ts';
export { backUp } from './back-up.ts';
export { defaultLimits, type StoreLimits } from './limits.ts';
export {
  InvalidOptions,
  LOG_FILE,
  startEventStore,
  type EventStoreOptions,
  type EventStoreStats,
  type RunningEventStore,
} from './start-event-store.ts';
export { verifyLog, type Damage, type VerifyReport } from './verify-log.ts';
