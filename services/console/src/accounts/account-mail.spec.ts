import { accountMail, type AccountMail } from '@holdpoint/contracts';
import { describe, expect, it } from 'vitest';
import { mailLink } from './account-mail.ts';

const PROFILES: Readonly<Record<string, object>> = {
  opr_ada: { operatorId: 'opr_ada', tenant: 'org_1', language: 'de', timeZone: 'Europe/Vienna' },
};

const sentFor = async (kind: AccountMail['kind'], inWordsOf: string): Promise<AccountMail> => {
  const sent: unknown[] = [];
  const deps = {
    directory: { profile: (id: string) => PROFILES[id] ?? null },
    messaging: { request: (_subject: string, body: unknown) => (sent.push(body), Promise.resolve({ outcome: 'sent' })) },
  } as unknown as Parameters<typeof mailLink>[0];
  const mail = { tenant: 'org_1', kind, email: 'ada@example.test', name: 'Ada', link: 'https://console.example.test/x', expiresAt: null };
  expect(await mailLink(deps, mail, inWordsOf)).toBe(true);
  return accountMail.parse(sent[0]);
};

describe('a mail about an account', () => {
  it.each(['passwordReset', 'emailChange', 'emailChanged'] as const)(
    'about %s is in the language and by the clock of whom it is for',
    async kind => {
      expect(await sentFor(kind, 'opr_ada')).toMatchObject({ language: 'de', timeZone: 'Europe/Vienna' });
    },
  );

  it('is by the organisation’s clock where nobody said otherwise, and for who is invited, whatever the clock of whoever invites', async () => {
    expect(await sentFor('passwordReset', 'opr_ben')).not.toHaveProperty('timeZone');
    const invited = await sentFor('invitation', 'opr_ada');
    expect(invited.language).toBe('de');
    expect(invited).not.toHaveProperty('timeZone');
  });
});
