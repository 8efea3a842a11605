import type { Action, Json } from '@holdpoint/contracts';

/**
 * Canonical JSON of RFC 8785. JavaScript's own number and string forms and UTF-16 order of names are exactly what the RFC prescribes,
 * so sorting members is all there is to do for parsed JSON.
 */
export const canonical = (value: Json): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map(name => `${JSON.stringify(name)}:${canonical(value[name] ?? null)}`);
  return `{${members.join(',')}}`;
};

/**
 * SHA-256 of an action as it is bound: `sha256(JCS({v:1, tool, args}))`, 64 hexadecimal characters. Computing it here, from what this
 * page shows, tells a person that the shown arguments are the bound ones.
 * @returns null where the browser has no Web Crypto (plain http on a host other than this machine)
 */
export const actionHash = async (action: Action): Promise<string | null> => {
  if (globalThis.crypto?.subtle === undefined) return null;
  const bytes = new TextEncoder().encode(canonical({ v: 1, tool: action.name, args: action.args }));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, byte => byte.toString(16).padStart(2, '0')).join('');
};
