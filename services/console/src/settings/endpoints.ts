import { streamOf, type CallbackEvent, type rotateEndpointBody, type SettingsEvent } from '@holdpoint/contracts';
import type { Endpoint } from '@holdpoint/directory';
import type { EventLog } from '@holdpoint/event-log';
import { derivedId, newId, newWebhookKeys } from '@holdpoint/sealing';
import { ProblemError } from '@holdpoint/service-kit';
import type { z } from 'zod';
import { changeSettings, type Changer, type SettingsDeps } from './change-settings.ts';

/**
 * Gives an endpoint new signing keys. Until the overlap is over, callbacks carry the signatures of both, so the receiver changes over when it
 * likes; with no overlap the previous ones are worthless at once.
 * @returns the new secret, this once.
 * @throws ProblemError 404; 409 while the previous rotation still overlaps: a third pair would cut off whoever has not changed over yet.
 */
export const rotateEndpoint =
  (deps: SettingsDeps) =>
  async (by: Changer, endpointId: string, { overlapSec }: z.output<typeof rotateEndpointBody>) => {
    const known = knownEndpoint(deps, by, endpointId);
    const { secret, signingKey, publicKey } = newWebhookKeys();
    const previousUntil = new Date(Date.parse(deps.now()) + 1_000 * overlapSec).toISOString();
    await changeSettings(deps, by, streamOf.organization(by.tenant), (events, at) => {
      const last = events.findLast(({ type, data }) => type === 'SigningSecretRotated' && data.endpointId === endpointId);
      if (overlapSec > 0 && last?.type === 'SigningSecretRotated' && last.data.previousUntil > at)
        throw new ProblemError(
          'rotation_under_way',
          409,
          `The keys before the present ones sign until ${last.data.previousUntil}. Rotate again after that, or now with overlapSec 0, which retires all but the new ones.`,
        );
      const rotated: SettingsEvent = {
        type: 'SigningSecretRotated',
        data: { endpointId, publicKey, previousUntil, by: by.operatorId, at, private: { secret, signingKey } },
      };
      return [rotated];
    });
    return { id: endpointId, publicKey, secret, previousKey: { publicKey: known.publicKey, until: previousUntil } };
  };

/** Lets an endpoint have callbacks again; what waits for it comes with its next attempt. @throws ProblemError 404 */
export const enableEndpoint =
  (deps: SettingsDeps) =>
  async (by: Changer, endpointId: string): Promise<void> => {
    const known = knownEndpoint(deps, by, endpointId);
    await changeSettings(deps, by, streamOf.organization(by.tenant), (_events, at) =>
      known.disabled ? [{ type: 'EndpointEnabled', data: { endpointId, by: by.operatorId, at } }] : [],
    );
  };

/**
 * Sends a test message to the endpoint as it is stored, on the same way and into the same list as decisions.
 * @returns its ids; what became of it is in `GET /api/callbacks/{id}`.
 * @throws ProblemError 404; 409 for an endpoint that nothing is sent to
 */
export const testEndpoint =
  (deps: SettingsDeps, eventLog: Pick<EventLog, 'append'>) =>
  async (by: Changer, endpointId: string): Promise<{ id: string; webhookId: string }> => {
    const { disabled, url } = knownEndpoint(deps, by, endpointId);
    if (disabled) throw new ProblemError('endpoint_disabled', 409, 'The endpoint is disabled; enable it first.');
    if (url === null)
      throw new ProblemError('endpoint_without_url', 409, 'The endpoint only signs callbacks whose URL comes with the request.');
    const id = newId('ntc');
    const webhookId = derivedId('msg', id);
    const at = deps.now();
    const notice = { type: 'endpoint.test' as const, endpointId, about: { endpointId } };
    const scheduled: CallbackEvent = {
      type: 'CallbackScheduled',
      data: { approvalId: id, webhookId, nextAttemptAt: at, reason: 'notice', at, notice },
    };
    const options = { commandId: newId('cmd'), tenant: by.tenant, actor: `operator:${by.operatorId}`, recordedAt: at };
    await eventLog.append(streamOf.callback(id), [scheduled], { ...options, expectedRevision: 'none' });
    return { id, webhookId };
  };

const knownEndpoint = ({ directory }: SettingsDeps, { tenant }: Changer, endpointId: string): Endpoint => {
  const known = directory.endpoint(tenant, endpointId);
  if (known === null) throw new ProblemError('not_found', 404, 'There is no such endpoint.');
  return known;
};
