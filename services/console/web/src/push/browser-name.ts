type Brands = { userAgentData?: { brands: { brand: string }[]; platform: string } };

const BROWSERS = [
  ['Edg/', 'Edge'],
  ['OPR/', 'Opera'],
  ['Firefox/', 'Firefox'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
] as const;
const SYSTEMS = [
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Android', 'Android'],
  ['Windows', 'Windows'],
  ['Mac OS', 'Mac'],
  ['CrOS', 'ChromeOS'],
  ['Linux', 'Linux'],
] as const;

/** A name by which a person knows this browser among their own: `Firefox on Linux`. They may change it. */
export const browserName = ({ userAgent, userAgentData }: Pick<Navigator, 'userAgent'> & Brands): string => {
  const find = (names: readonly (readonly [string, string])[]) => names.find(([mark]) => userAgent.includes(mark))?.[1];
  const system = userAgentData?.platform || find(SYSTEMS) || 'this device';
  return `${find(BROWSERS) ?? 'Browser'} on ${system}`;
};
