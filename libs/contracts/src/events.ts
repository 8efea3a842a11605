import type { z } from 'zod';
import { accountEvents } from './account-events.ts';
import { approvalEvents } from './approval-events.ts';
import { channelSettingsEvents } from './channel-settings.ts';
import { callbackEvents, digestEvents, notificationEvents } from './delivery-events.ts';
import type { Json } from './ids.ts';
import { inboxViewEvents } from './inbox-views.ts';
import { mcpGatewayEvents } from './mcp-gateways.ts';
import { contextEvents, keyEvents, logEvents, logoEvents, relayEvents, settingsEvents } from './settings-events.ts';
import { viewEvents } from './view-events.ts';

/** Every event type there is, with the schema of its newest version. */
export const EVENTS = {
  ...approvalEvents,
  ...notificationEvents,
  ...callbackEvents,
  ...settingsEvents,
  ...accountEvents,
  ...channelSettingsEvents,
  ...digestEvents,
  ...viewEvents,
  ...inboxViewEvents,
  ...mcpGatewayEvents,
  ...relayEvents,
  ...contextEvents,
  ...keyEvents,
  ...logoEvents,
  ...logEvents,
} as const;
export type EventType = keyof typeof EVENTS;
export type EventData<T extends EventType> = z.infer<(typeof EVENTS)[T]>;

/** An event before it is appended, or after it was read: the newest shape, `private` open. */
export type Event<T extends EventType = EventType> = { [K in T]: { type: K; data: EventData<K> } }[T];
export type ApprovalEvent = Event<keyof typeof approvalEvents>;
export type NotificationEvent = Event<keyof typeof notificationEvents>;
export type CallbackEvent = Event<keyof typeof callbackEvents>;
export type SettingsEvent = Event<
  | keyof typeof settingsEvents
  | keyof typeof channelSettingsEvents
  | keyof typeof accountEvents
  | keyof typeof inboxViewEvents
  | keyof typeof mcpGatewayEvents
>;
export type ViewEvent = Event<keyof typeof viewEvents>;
export type DigestEvent = Event<keyof typeof digestEvents>;

/** Newest version of each type that has had more than one; every other type is at version 1. */
export const SCHEMA_VERSIONS: Partial<Record<EventType, number>> = {};
export const schemaVersionOf = (type: EventType): number => SCHEMA_VERSIONS[type] ?? 1;

/**
 * Upcasts: `UPCASTS[type][n]` turns data of version n into version n + 1. They see stored data with `private` opened.
 * A version once written is never removed from here; each has a fixture under `fixtures/`.
 */
export const UPCASTS: Partial<Record<EventType, Record<number, (data: Record<string, Json>) => Record<string, Json>>>> = {};

/** Metadata of every event. `$correlationId` is the agent's run, `$causationId` the event or command that led here. */
export type EventMetadata = {
  $correlationId?: string;
  $causationId?: string;
  tenant: string;
  /** `<kind>:<id>`, for example `operator:opr_x`, `agent:agt_x`, `service:routing`. */
  actor: string;
  schemaVersion: number;
  recordedAt: string;
  traceparent?: string;
  /** Id of the master key that sealed `private`, or `<block>.<index>` of the data key; absent where there is none. */
  sealedBy?: string;
};

/** An event as the log has it, opened and in its newest shape. */
export type RecordedEvent<T extends EventType = EventType> = Event<T> & {
  stream: string;
  revision: number;
  id: string;
  metadata: EventMetadata;
  /** Log position as a decimal string: opaque, increasing, never dense. Absent on events that came with a message. */
  position?: string;
};
