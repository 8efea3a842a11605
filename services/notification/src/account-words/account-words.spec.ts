import type { AccountMail } from '@holdpoint/contracts';
import { describe, expect, it } from 'vitest';
import { aMessage } from '../channels/a-message.fixture.ts';
import type { Message } from '../channels/channel.ts';
import { renderMail } from '../channels/email/render.ts';
import { SENTENCE_LANGUAGES } from '../channels/own-sentences.ts';
import { renderSms } from '../channels/sms/render.ts';
import { beginEnrolment, sendAccountMail, sendTest } from '../send-message.ts';
import { unknownVariables } from '../words.ts';
import { accountWordsIn } from './account-words.ts';
import type { AccountKind } from './shape.ts';

const KINDS: AccountKind[] = ['invitation', 'passwordReset', 'emailChange', 'emailChanged', 'confirm', 'verify', 'test'];
const variablesOf = (text: string) => [...new Set(text.match(/\{\w+\}/g))].toSorted();

describe('words about an account', () => {
  it.each(SENTENCE_LANGUAGES)('in %s say what they say in English, line by line, each in words of its own', language => {
    for (const kind of KINDS) {
      const [own, english] = [accountWordsIn(language, kind), accountWordsIn('en', kind)];
      expect([own.wordsIn, unknownVariables(own.template)]).toEqual([language, []]);
      const [here, there] = [own, english].map(({ template, link }) => [template.title, ...template.lines, link]);
      expect(here?.map(variablesOf), kind).toEqual(there?.map(variablesOf));
      if (language !== 'en') here?.forEach((text, at) => expect(text).not.toBe(there?.[at]));
    }
  });

  it.each(SENTENCE_LANGUAGES)('in %s fit into a text message, the code in front', wordsIn => {
    const { title, lines } = accountWordsIn(wordsIn, 'verify').template;
    const [head = '', ...rest] = [title, ...lines].map(text => text.replaceAll('{notice}', '123456'));
    const { body } = renderSms(aMessage({ kind: 'verify', title: head, lines: rest, wordsIn, replyCode: null, fields: [], actions: [] }));
    expect(body.indexOf('123456')).toBeLessThan(60);
    expect(body).not.toMatch(/\.\.\.|\?\?/);
  });

  it('are English for whoever reads something else', () => {
    expect(accountWordsIn('pl', 'passwordReset')).toEqual(accountWordsIn('en', 'passwordReset'));
    expect(accountWordsIn('pt-BR', 'passwordReset').wordsIn).toBe('pt');
  });
});

type SendDeps = Parameters<typeof sendAccountMail>[0];
const ADDRESS = { addressId: 'adr_1', channel: 'email', address: 'ada@example.test', verified: true, route: null };
const enrolment = { ...ADDRESS, tenant: 'org_1', operatorId: 'opr_ada', expiresAt: '2026-11-22T13:00:00.000Z', startedAt: '' };

/** An organisation with mail, and with a member who reads German by Vienna's clock. @returns its dependencies, and what it sent */
const anOrganisation = (way: 'code' | 'confirm' = 'confirm') => {
  const sent: Message[] = [];
  const open = {
    healthCheck: () => Promise.resolve(null),
    send: (_to: unknown, message: Message) => (sent.push(message), Promise.resolve({ outcome: 'accepted', providerMessageId: null })),
  };
  const capabilities = { contentLevel: 'summary', textCharsMax: 400, actionsMax: 3, paid: false, enrolment: way };
  const deps = {
    directory: {
      profile: (id: string) => (id === 'opr_ada' ? { language: 'de-AT', timeZone: 'Europe/Vienna' } : null),
      organization: () => ({ name: 'Nordwind', profile: { timeZone: 'Europe/Lisbon' } }),
      operator: (id: string) => (id === 'opr_ada' ? { name: 'Ada Berg', addresses: [ADDRESS] } : null),
      enrolment: () => enrolment,
      channelPolicy: () => ({ unitsPerDayMax: {} }),
      channelFault: () => null,
    },
    channels: {
      normalise: (_tenant: string, _channel: string, address: string) => address,
      of: () => open,
      describe: () => ({ id: 'email', capabilities }),
    },
    pauses: { of: () => null, after: () => undefined },
    count: () => undefined,
    handleKey: Buffer.alloc(32),
    publicUrl: 'https://approvals.example.test',
    consoleUrl: 'https://console.example.test',
    now: () => '2026-11-22T12:00:00.000Z',
  };
  return { deps: deps as unknown as SendDeps, sent };
};

describe('a mail about an account', () => {
  const mailed = async (more: Partial<AccountMail>): Promise<Message> => {
    const { deps, sent } = anOrganisation();
    const mail: AccountMail = {
      tenant: 'org_1',
      kind: 'emailChange',
      email: 'new@example.test',
      name: 'Ada Berg',
      link: 'https://console.example.test/x',
      expiresAt: '2026-11-22T13:00:00.000Z',
      ...more,
    };
    expect(await sendAccountMail(deps, mail)).toEqual({ outcome: 'sent' });
    return sent[0]!;
  };

  it('is in the language it was asked for in, from its subject to its last line', async () => {
    const { subject, text, html } = renderMail(await mailed({ language: 'de-AT' }));
    expect(subject).toBe('[Holdpoint] Bestätigen Sie Ihre neue Adresse für Nordwind');
    expect(text).toContain('Ada Berg möchte sich bei Nordwind mit dieser Adresse anmelden.');
    expect(text).toContain('bis 2026-11-22 13:00 (Europe/Lisbon).');
    expect(text).toContain('Adresse bestätigen: https://console.example.test/x');
    expect(text).toContain('Nordwind. Einen Link zu öffnen entscheidet nichts. Antworten auf diese Nachricht werden nicht gelesen.');
    expect(html).toContain('<html lang="de">');
  });

  it('tells its deadline by the clock it was asked for by, and names it', async () => {
    const { text } = renderMail(await mailed({ language: 'de-AT', timeZone: 'Asia/Kolkata' }));
    expect(text).toContain('bis 2026-11-22 18:30 (Asia/Kolkata).');
    expect(text).not.toContain('Lisbon');
  });

  it('is English without one, and in one it has no words in', async () => {
    for (const message of [await mailed({}), await mailed({ language: 'pl' })])
      expect([message.title, message.wordsIn, message.link.label]).toEqual([
        'Confirm your new address for Nordwind',
        'en',
        'Confirm the address',
      ]);
  });
});

describe('what is sent to a member about an address', () => {
  it.each(['confirm', 'code'] as const)('asks by %s in the language and by the clock of that person', async way => {
    const { deps, sent } = anOrganisation(way);
    expect(await beginEnrolment(deps, 'org_1', 'adr_1')).toEqual({ outcome: 'sent' });
    const [message] = sent;
    expect(message).toMatchObject({ wordsIn: 'de', language: 'de-AT', deadline: '2026-11-22 14:00 (Europe/Vienna)' });
    if (way === 'confirm')
      expect(message).toMatchObject({ title: 'Bestätigen Sie diese Adresse für Nordwind', link: { label: 'Diese Adresse bestätigen' } });
    else expect(message?.title).toMatch(/^Ihr Code: \d{6}$/);
  });

  it('is a test in that language too', async () => {
    const { deps, sent } = anOrganisation();
    expect(await sendTest(deps, 'org_1', 'email', 'opr_ada')).toEqual({ outcome: 'sent' });
    expect(sent[0]).toMatchObject({ title: 'Ein Test von Nordwind', link: { label: 'Konsole öffnen' } });
  });
});
