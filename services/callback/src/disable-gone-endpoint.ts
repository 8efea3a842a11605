import { streamOf, type SettingsEvent } from '@holdpoint/contracts';
import type { Deps } from './deps.ts';
import type { Message } from './message.ts';
import { giveNotice } from './notices.ts';
import type { Receiver } from './receiver.ts';

/**
 * The receiver said 410: its endpoint gets nothing more until an administrator enables it again, and those who look after endpoints are
 * told. An address that came with a request has no endpoint to disable; only this message ends.
 */
export const disableGoneEndpoint = async (
  deps: Deps,
  { webhookId, tenant }: Message,
  { endpointId, host }: Extract<Receiver, { url: string }>,
): Promise<void> => {
  if (endpointId === null) return;
  await giveNotice(deps, tenant, 'endpoint.disabled', webhookId, { endpointId, host, reason: 'gone' });
  const at = deps.now();
  const decider = {
    initial: false,
    evolve: (disabled: boolean, event: SettingsEvent): boolean => {
      if (!('endpointId' in event.data) || event.data.endpointId !== endpointId) return disabled;
      return event.type === 'EndpointDisabled' || (event.type === 'SigningSecretRotated' && disabled);
    },
    decide: (_command: null, disabled: boolean): SettingsEvent[] =>
      disabled ? [] : [{ type: 'EndpointDisabled', data: { endpointId, reason: `${host} answered 410 Gone`, at } }],
  };
  await deps.eventLog.handle(decider, streamOf.organization(tenant), null, {
    commandId: `gone/${endpointId}/${webhookId}/${at}`,
    tenant,
    actor: 'service:callback',
    recordedAt: at,
  });
  deps.logger.warn({ endpointId }, 'the receiver is gone (410): its endpoint is disabled until somebody enables it again');
};
