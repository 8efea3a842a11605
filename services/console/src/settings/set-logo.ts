import { LIMITS, streamOf, type Logo } from '@holdpoint/contracts';
import { RevisionConflict, type EventLog } from '@holdpoint/event-log';
import { sha256Hex } from '@holdpoint/sealing';
import { ProblemError } from '@holdpoint/service-kit';
import { changeSettings, type Changer, type SettingsDeps } from './change-settings.ts';
import { imageHeader } from './image-header.ts';
import { organizationOf } from './organization.ts';

type LogoDeps = SettingsDeps & { eventLog: Pick<EventLog, 'handle' | 'append'> };

/**
 * Sets the logo, or takes it away. What the image is, its own bytes say, not whoever sends it. The image goes to a stream of its own before the
 * organisation's refers to it.
 * @param image base64; null for none
 * @throws ProblemError 422 naming `/image`
 */
export const setLogo =
  (deps: LogoDeps) =>
  async (by: Changer, image: string | null): Promise<ReturnType<typeof organizationOf>> => {
    const { directory } = deps;
    const logo = image === null ? null : await store(deps, by, Buffer.from(image, 'base64'));
    const present = directory.organization(by.tenant)?.logo ?? null;
    if (present?.sha256 !== logo?.sha256)
      await changeSettings(deps, by, streamOf.organization(by.tenant), (_events, at) => [
        { type: 'OrganizationLogoSet', data: { logo, by: by.operatorId, at } },
      ]);
    return organizationOf(directory, by.tenant);
  };

const store = async ({ eventLog, now }: LogoDeps, { tenant, operatorId }: Changer, bytes: Buffer): Promise<Logo> => {
  const logo = checked(bytes);
  try {
    const stored = { type: 'LogoStored' as const, data: { private: { base64: bytes.toString('base64') } } };
    const commandId = `logo:${tenant}:${logo.sha256}`;
    const how = { tenant, actor: `operator:${operatorId}`, recordedAt: now(), expectedRevision: 'none' as const, commandId };
    await eventLog.append(streamOf.logo(tenant, logo.sha256), [stored], how);
  } catch (error) {
    // The stream is named by its content: what is there is this image.
    if (!(error instanceof RevisionConflict)) throw error;
  }
  return logo;
};

const checked = (bytes: Buffer): Logo => {
  const { min, max } = LIMITS.logoPixels;
  if (bytes.length > LIMITS.logoBytesMax) throw refused(`has ${bytes.length} bytes; at most ${LIMITS.logoBytesMax} are taken`);
  const header = imageHeader(bytes);
  if (header === null) throw refused('is neither PNG nor JPEG nor WebP');
  const { width, height } = header;
  if (Math.min(width, height) < min || Math.max(width, height) > max)
    throw refused(`is ${width} × ${height} pixels; each side takes ${min} to ${max}`);
  return { sha256: sha256Hex(bytes), bytes: bytes.length, ...header };
};

const refused = (detail: string) =>
  new ProblemError('invalid_image', 422, `The image ${detail}.`, { errors: [{ pointer: '/image', detail }] });
