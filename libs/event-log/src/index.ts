export {
  EventErased,
  EventRejected,
  EventUnreadable,
  LogMisused,
  LogUnavailable,
  RevisionConflict,
  StreamGone,
  type UnavailableReason,
} from './errors.ts';
export { openEventLog, type EventLogOptions } from './event-log.ts';
export type {
  Appended,
  AppendOptions,
  Decider,
  EventLog,
  Handled,
  HandleOptions,
  Loaded,
  LoadOptions,
  LoggedEvent,
  LogLogger,
  ReplayOptions,
  SubscribeOptions,
  Subscription,
} from './log-types.ts';
export { comparePositions } from './position.ts';
