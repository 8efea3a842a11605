import { streamOf, type RecordedEvent, type Role } from '@holdpoint/contracts';
import type { AccountDeps } from './account-deps.ts';

/** Somebody's access, for whoever looks it over: each role with its date, and the last time it was used. */
export type AccessRow = {
  operatorId: string;
  name: string;
  email: string;
  role: Role;
  since: string;
  grantedBy: string;
  joinedAt: string;
  lastSignInAt: string | null;
  lastSignInMethod: string | null;
  teams: string;
  factors: string;
  accessTokens: number;
};

/** Who has which role since when, one row per role, read from the log itself. @throws LogUnavailable */
export const accessReview = async ({ accounts, directory, eventLog, now }: AccountDeps, tenant: string): Promise<AccessRow[]> => {
  const rows: AccessRow[] = [];
  for (const { operatorId, name, email, roles } of directory.list('operators', tenant)) {
    const { events } = await eventLog.load(streamOf.operator(operatorId));
    const joined = events.findLast(event => event.type === 'MemberJoined');
    const signedIn = events.findLast(event => event.type === 'SignedIn');
    const passkeys = (await accounts.passkeys.list(operatorId)).length;
    const tokens = directory.list('tokens', tenant).filter(token => token.operatorId === operatorId && !token.revoked);
    const common = {
      operatorId,
      name,
      email,
      joinedAt: joined?.data.at ?? '',
      lastSignInAt: signedIn?.data.at ?? null,
      lastSignInMethod: signedIn?.data.method ?? null,
      teams: directory.teamsOf(operatorId).join(' '),
      factors: [
        ...(passkeys > 0 ? [`passkey ×${passkeys}`] : []),
        ...((await accounts.secondFactors.hasTotp(operatorId)) ? ['totp'] : []),
      ].join(' '),
      accessTokens: tokens.filter(({ expiresAt }) => expiresAt === null || expiresAt > now()).length,
    };
    for (const role of roles) rows.push({ ...common, role, ...grantOf(events, role) });
  }
  return rows;
};

const grantOf = (events: readonly RecordedEvent[], role: Role): { since: string; grantedBy: string } => {
  const granted = events.findLast(event => event.type === 'RoleGranted' && event.data.role === role);
  return { since: granted?.metadata.recordedAt ?? '', grantedBy: granted?.metadata.actor ?? '' };
};

const COLUMNS = [
  'operatorId',
  'name',
  'email',
  'role',
  'since',
  'grantedBy',
  'joinedAt',
  'lastSignInAt',
  'lastSignInMethod',
  'teams',
  'factors',
  'accessTokens',
] as const satisfies readonly (keyof AccessRow)[];

/** The same as a table (RFC 4180); what a spreadsheet would take for a formula begins with an apostrophe (OWASP ASVS 5.0.0, 1.2.10). */
export const accessReviewCsv = (rows: readonly AccessRow[]): string =>
  [COLUMNS.join(','), ...rows.map(row => COLUMNS.map(column => cell(row[column])).join(','))].map(line => `${line}\r\n`).join('');

const FORMULA = /^[=+\-@\t\r\0＝＋－＠]/;
const cell = (value: string | number | null): string => {
  const text = String(value ?? '');
  return `"${(FORMULA.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
};
