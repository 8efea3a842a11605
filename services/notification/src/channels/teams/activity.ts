/** What of an activity of the Bot Framework is looked at; all of it is unknown until it was checked. */
export type Activity = {
  type?: unknown;
  id?: unknown;
  name?: unknown;
  action?: unknown;
  channelId?: unknown;
  serviceUrl?: unknown;
  text?: unknown;
  replyToId?: unknown;
  value?: unknown;
  from?: { aadObjectId?: unknown };
  conversation?: { id?: unknown; conversationType?: unknown; tenantId?: unknown };
  channelData?: { tenant?: { id?: unknown } };
};

/** Null when it is not an object of JSON. */
export const activityOf = (rawBody: Buffer): Activity | null => {
  try {
    const body: unknown = JSON.parse(rawBody.toString('utf8'));
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? body : null;
  } catch {
    return null;
  }
};
