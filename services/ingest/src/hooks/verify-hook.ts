import type { Connection, Directory } from '@holdpoint/directory';
import { verifyWebhook, WebhookVerificationError } from '@holdpoint/sealing';
import { ProblemError } from '@holdpoint/service-kit';
import type { IncomingHttpHeaders } from 'node:http';

/** A connection that takes webhooks: it names who asks. */
export type HookConnection = Connection & { agentId: string; webhookSecret: string };

const takesWebhooks = (connection: Connection): connection is HookConnection =>
  connection.agentId !== null && connection.webhookSecret !== null;

/** Secrets that count at an instant: a day long the one before as well, since a provider changes over in its own time. */
const secretsOf = ({ webhookSecret, previousWebhookSecret }: HookConnection, now: string): string[] =>
  previousWebhookSecret !== null && previousWebhookSecret.until > now ? [webhookSecret, previousWebhookSecret.secret] : [webhookSecret];

/**
 * Finds the connection a webhook was sent to, by its signature over the raw bytes (Standard Webhooks 1.0.0, timestamps within 300 s). Names
 * of connections are an organisation's own, so two may share one: only the signature tells which is meant, and no other is believed.
 * @param now RFC 3339, UTC with milliseconds
 * @throws ProblemError 404 where no connection of this name takes webhooks, 401 `webhook_unverified`
 */
export const verifyHook = (
  directory: Pick<Directory, 'connectionsNamed'>,
  provider: string,
  connectionId: string,
  { headers, rawBody, now }: { headers: IncomingHttpHeaders; rawBody: Uint8Array; now: string },
): HookConnection => {
  const candidates = directory.connectionsNamed(provider, connectionId).filter(takesWebhooks);
  if (candidates.length === 0)
    throw new ProblemError(
      'not_found',
      404,
      'There is no such connection, or it takes no webhooks: give it a webhook secret and an agent.',
    );
  const nowSec = Math.floor(Date.parse(now) / 1_000);
  let refusal = 'no signature matches';
  for (const connection of candidates) {
    try {
      verifyWebhook({ headers, rawBody, secrets: secretsOf(connection, now), nowSec });
      return connection;
    } catch (error) {
      if (!(error instanceof WebhookVerificationError)) throw error;
      refusal = error.message;
    }
  }
  throw new ProblemError('webhook_unverified', 401, `This webhook cannot be believed: ${refusal}.`);
};
