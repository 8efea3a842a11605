import { streamOf, type newEndpoint } from '@holdpoint/contracts';
import { newWebhookKeys } from '@holdpoint/sealing';
import { ProblemError } from '@holdpoint/service-kit';
import type { z } from 'zod';
import { changeSettings, type Changer, type SettingsDeps } from './change-settings.ts';

/**
 * Registers a callback endpoint, or gives a known one another URL. Its keys stay what they were, so receivers need no change.
 * @returns the signing secret only when the endpoint is new.
 */
export const registerEndpoint =
  (deps: SettingsDeps) =>
  async (by: Changer, { id, url, operational }: z.output<typeof newEndpoint>) => {
    const known = deps.directory.endpoint(by.tenant, id);
    const keys = known ?? newWebhookKeys();
    const { publicKey, secret, signingKey } = keys;
    const marked = operational === undefined ? {} : { operational };
    await changeSettings(deps, by, streamOf.organization(by.tenant), (_events, at) => [
      { type: 'EndpointRegistered', data: { endpointId: id, at, publicKey, ...marked, private: { url, secret, signingKey } } },
    ]);
    return { id, url, publicKey, ...marked, ...(known ? {} : { secret }) };
  };

/** Stops callbacks to an endpoint. @throws ProblemError 404 */
export const disableEndpoint =
  (deps: SettingsDeps) =>
  async (by: Changer, endpointId: string): Promise<void> => {
    const known = deps.directory.endpoint(by.tenant, endpointId);
    if (!known) throw new ProblemError('not_found', 404, 'There is no such endpoint.');
    await changeSettings(deps, by, streamOf.organization(by.tenant), (_events, at) =>
      known.disabled ? [] : [{ type: 'EndpointDisabled', data: { endpointId, reason: 'disabled by an administrator', at } }],
    );
  };
