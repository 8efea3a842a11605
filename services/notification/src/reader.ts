import type { Deps } from './deps.ts';

/** How somebody reads: the language, and the zone that instants are told in; UTC without one. */
export type Reader = { language: string; timeZone: string | undefined };

/** By the person's own profile, and the organisation's zone where the person named none. */
export const readerOf = ({ directory }: Pick<Deps, 'directory'>, tenant: string, operatorId: string): Reader => {
  const profile = directory.profile(operatorId);
  return {
    language: profile?.language ?? 'en',
    timeZone: profile?.timeZone ?? directory.organization(tenant)?.profile?.timeZone,
  };
};
