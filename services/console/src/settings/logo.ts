import { streamOf, type Logo } from '@holdpoint/contracts';
import type { Directory, Organization } from '@holdpoint/directory';
import type { EventLog } from '@holdpoint/event-log';

/** Address of an organisation's logo on the console's own origin: named by its content, so a browser may keep it for ever. */
export const logoAddress = (organization: Pick<Organization, 'logo'> | null): string | null =>
  organization?.logo == null ? null : `/api/logos/${organization.logo.sha256}`;

export type Logos = {
  /** The logo that some organisation has now, by its SHA-256; null for none. @throws LogUnavailable */
  find(sha256: string): Promise<{ mediaType: Logo['mediaType']; bytes: Buffer } | null>;
};

/** Images kept in memory: 4 MiB at most. */
const KEPT_MAX = 64;

/**
 * Reads logos from the log, once each. They are no secret: the sign-in page shows them to whoever comes.
 */
export const openLogos = (directory: Pick<Directory, 'organizations'>, eventLog: Pick<EventLog, 'load'>): Logos => {
  const kept = new Map<string, Buffer>();
  const read = async (organizationId: string, sha256: string): Promise<Buffer | null> => {
    const { events } = await eventLog.load(streamOf.logo(organizationId, sha256));
    const stored = events.find(event => event.type === 'LogoStored');
    return stored === undefined ? null : Buffer.from(stored.data.private.base64, 'base64');
  };
  return {
    find: async sha256 => {
      const owner = directory.organizations().find(({ logo }) => logo?.sha256 === sha256);
      if (owner?.logo == null) return null;
      const bytes = kept.get(sha256) ?? (await read(owner.organizationId, sha256));
      if (bytes === null) return null;
      kept.delete(sha256);
      kept.set(sha256, bytes);
      for (const oldest of kept.keys()) if (kept.size > KEPT_MAX) kept.delete(oldest);
      return { mediaType: owner.logo.mediaType, bytes };
    },
  };
};
