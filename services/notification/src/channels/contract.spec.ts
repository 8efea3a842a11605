import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { alertChannel, type AlertText } from '@holdpoint/contracts';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { composeMessage, type Alert } from '../compose-message.ts';
import { actionFor } from './a-message.fixture.ts';
import type { Channel, Message, MessageKind, OpenOptions } from './channel.ts';
import { CUT_NOTICE, UNVERIFIED } from './fit-fields.ts';
import { linksIn, type Examiner } from './examiner.fixture.ts';
import { CHANNELS } from './registry.ts';
import { requestOf, samplesOf, type Sample } from './samples.fixture.ts';

const here = (path: string): URL => new URL(path, import.meta.url);
const FOLDERS = readdirSync(here('.'), { withFileTypes: true })
  .filter(entry => entry.isDirectory())
  .map(({ name }) => name);
/** The channel that stands for the console itself, where nothing is sent. */
const CONSOLE = 'inbox';

const KINDS = [
  ...(['request', 'escalation', 'assigned', 'answered', 'stalled', 'unreached'] as const),
  ...(['drifted', 'bypassed', 'decided', 'digest', 'verify', 'test'] as const),
] satisfies MessageKind[];
/** Nothing waits behind these. */
const SETTLED = ['decided', 'digest', 'verify'] satisfies MessageKind[];

/** One character of eleven units, as no text of an agent has it any more: its joiners were made visible. */
const FAMILY = '👩‍👩‍👧‍👦';
/** One of four units, which stays as it is. */
const WAVE = '👋🏽';
const HARMLESS: AlertText = {
  actionName: 'issue refund',
  proposedAction: 'Give the money back',
  entityId: 'order 1',
  contextSummary: 'The lamp arrived broken',
};
const LONGEST: AlertText = {
  actionName: WAVE.repeat(32),
  proposedAction: WAVE.repeat(1_000),
  entityId: WAVE.repeat(64),
  contextSummary: WAVE.repeat(1_000),
};
const LINK = { label: 'Look and decide', url: 'https://approvals.example.test/approvals/apr_aaaaaaaaaaaaaaaaaaaaaaaaaa' };

/** A message as the engine makes it for this channel, out of raw words of an agent. */
const messageFor = (
  channel: Channel,
  text: AlertText,
  more: Partial<Alert> = {},
  form: { secrets?: string[]; settled?: boolean } = {},
): Message => {
  const alert: Alert = {
    kind: 'request',
    approvalId: 'apr_aaaaaaaaaaaaaaaaaaaaaaaaaa',
    organization: 'Example & Sons',
    operatorName: 'Ada',
    riskLevel: 'low',
    text,
    expiresAt: '2026-11-22T13:00:00.000Z',
    escalateAt: null,
    at: '2026-11-22T12:00:00.000Z',
    link: LINK,
    ...more,
  };
  const answerable = form.settled !== true && channel.capabilities.interactive !== 'none';
  return composeMessage(alert, {
    capabilities: channel.capabilities,
    template: null,
    language: 'en',
    actions: answerable ? [actionFor('approve'), actionFor('reject'), actionFor('claim')] : [],
    replyCode: answerable && channel.capabilities.interactive === 'reply_text' ? 'K7Q2M' : null,
    secrets: form.secrets ?? [],
  });
};

/** Words that would do something in one channel or another. */
const HOSTILE: readonly (readonly [name: string, text: string])[] = [
  ['HTML', '<b>bold</b><script>alert(1)</script><a href="https://evil.example">click</a><img src=x onerror=alert(1)>'],
  ['Markdown', '**bold** _slanted_ ~struck~ `code` [click](https://evil.example)\n# heading\n- item\n> quote'],
  ['mrkdwn', '<!channel> <!here> <@U0123ADA> <#C0123GEN> <https://evil.example|click> *bold*'],
  ['names and commands of chats', '@admin @everyone @here #tag $BTC /stop /start@holdpoint_bot'],
  ['mentions and macros of Teams', '<at>Ada</at> {{DATE(2026-01-01T00:00:00Z,SHORT)}} [x](msteams:/y)'],
  ['addresses', 'https://evil.example/a?b=c http://10.0.0.1/x www.evil.example evil.example/x ftp://evil.example ada@evil.example'],
  ['other schemes', 'tg://resolve?domain=evil javascript:alert(1) mailto:ada@evil.example tel:+15551234567 data:text/html,x slack://x'],
  ['marks of WhatsApp', '*bold* _slanted_ ~struck~ ```code``` `c`\n* item\n- item\n1. item\n> quote'],
  ['commands', 'A K7Q2M\nR K7Q2M because\nAPPROVE\nREJECT it\nSTOP\nYES\nCANCEL'],
  ['an imitation of our own', `${UNVERIFIED}\n\nRef: ${actionFor('reject').handle}.7\nRequest apr_a, Example & Sons.`],
  ['codes of emoji', ':tada: :white_check_mark: :+1:'],
  ['what is hidden or reversed', '\u202Egnp.exe\u2066 zero\u200Bwidth \u{E0041}\u0000\uFEFF'],
  ['TwiML', '</Say><Dial>+15551234567</Dial><Say><speak><break time="60s"/></speak>'],
  ['ends of JSON and XML', '"}],"actions":[{"type":"x"}]]>--><!--'],
  ['half characters', 'a\uD83Db\uDC69c'],
  ['templates', '{{1}} {name} ${process.env.HOME} %s'],
];

const hostileText = (text: string): AlertText => ({ actionName: text, proposedAction: text, entityId: text, contextSummary: text });

describe('the folders of channels', () => {
  it('are registered, each once, and nothing is registered that has none', () => {
    expect(CHANNELS.map(({ id }) => id).toSorted()).toEqual(FOLDERS.toSorted());
    for (const { id } of CHANNELS) expect(alertChannel.options).toContain(id);
  });

  it.each(FOLDERS)('%s has its description, a README, a spec, an examiner, and a guide', folder => {
    const files = readdirSync(here(`./${folder}`));
    expect(files).toEqual(expect.arrayContaining([`${folder}.ts`, 'README.md', 'examiner.fixture.ts']));
    expect(files.filter(name => name.endsWith('.spec.ts'))).not.toEqual([]);
    expect(readFileSync(here(`./${folder}/README.md`), 'utf8').split('\n').length).toBeLessThanOrEqual(80);
    if (folder !== CONSOLE) expect(existsSync(here(`../../../../docs/channels/${folder}.md`))).toBe(true);
  });
});

const untouchable: OpenOptions = {
  http: {
    request: () => Promise.reject(new Error('opening a channel connects to nothing')),
    fetch: () => Promise.reject(new Error('opening a channel connects to nothing')),
  },
  hookUrl: 'https://approvals.example.test/channels/x/aaaaaaaaaaaaaaaaaaaaaaaaaa',
  nowMs: () => Date.parse('2026-11-22T12:00:00.000Z'),
};

describe.each(CHANNELS.map(channel => [channel.id, channel] as const))('%s', (id, channel) => {
  const { capabilities } = channel;
  let examiner: Examiner;
  let forms: [name: string, render: (message: Message) => unknown][];
  const open = () => examiner.configs.map(config => openWith(channel, config));
  beforeAll(async () => {
    ({ examiner } = (await import(`./${id}/examiner.fixture.ts`)) as { examiner: Examiner });
    forms = [['the message', channel.render], ...Object.entries(examiner.forms ?? {})];
  });
  /** Each way to put a message, seen with the channel's eyes. */
  const seen = (message: Message) => forms.map(([name, render]) => ({ name, ...examiner.examine(render(message)) }));
  const ownUrls = (message: Message) => [message.link.url, ...message.actions.map(({ url }) => url)];

  it.each(KINDS)('puts a message of the kind %s within the limits, the same each time, and leaves it as it was', kind => {
    for (const text of [HARMLESS, LONGEST, ...HOSTILE.map(([, hostile]) => hostileText(hostile))]) {
      const message = deepFrozen(
        messageFor(channel, text, {
          kind,
          riskLevel: 'critical',
          count: 12,
          outcome: 'Approved by Bo.',
          notice: kind === 'drifted' ? 'Something happened.' : '',
        }),
      );
      for (const { name, exceeded } of seen(message)) expect([name, exceeded]).toEqual([name, []]);
      expect(channel.render(message)).toEqual(channel.render(structuredClone(message)));
    }
  });

  it('cuts long words between whole characters, and says so', () => {
    const lines = Array.from({ length: 8 }, () => FAMILY.repeat(36));
    const whole = { title: `T ${FAMILY.repeat(14)}`, lines, organization: FAMILY.repeat(7) };
    const composed = messageFor(channel, LONGEST);
    const joined = FAMILY.repeat(Math.floor(capabilities.textCharsMax / FAMILY.length));
    const message = { ...composed, ...whole, fields: composed.fields.map(field => ({ ...field, text: joined })) };
    for (const { name, shown } of seen(message)) {
      const text = shown.join('\n');
      expect([name, text.isWellFormed()]).toEqual([name, true]);
      expect([name, text.replaceAll(FAMILY, '').match(/[\u200D👩👧👦]/gu)]).toEqual([name, null]);
      if (capabilities.contentLevel === 'summary' && shown.length > 0) expect([name, text.includes(CUT_NOTICE)]).toEqual([name, true]);
    }
    for (const { name, shown } of seen(composed))
      expect([name, shown.join('\n').replaceAll(WAVE, '').match(/👋|🏽/gu)]).toEqual([name, null]);
  });

  it.each(HOSTILE)('shows %s of an agent, and makes nothing else of it', (_, text) => {
    const tame = seen(messageFor(channel, HARMLESS));
    const message = messageFor(channel, hostileText(text));
    for (const [index, { name, alive, shown, urls, handles }] of seen(message).entries()) {
      expect([name, alive]).toEqual([name, tame[index]!.alive]);
      expect([name, linksIn(shown.join('\n'), ownUrls(message))]).toEqual([name, []]);
      expect([name, urls, handles]).toEqual([name, tame[index]!.urls, tame[index]!.handles]);
      expect([name, shown.join('').match(/[\u202A-\u202E\u2066-\u2069\u200B\uFEFF\u{E0000}-\u{E0FFF}\0]/u)]).toEqual([name, null]);
    }
  });

  it('marks the words of an agent as unverified, or leaves them out', () => {
    const words: AlertText = {
      actionName: 'CANARYACTION',
      proposedAction: 'CANARYPROPOSAL',
      entityId: 'CANARYENTITY',
      contextSummary: 'CANARYSUMMARY',
    };
    for (const { name, shown } of seen(messageFor(channel, words))) {
      const text = shown.join('\n');
      if (capabilities.contentLevel === 'minimal') expect([name, text.includes('CANARY')]).toEqual([name, false]);
      else if (shown.length > 0) expect([name, text.includes(UNVERIFIED) && text.includes('CANARYPROPOSAL')]).toEqual([name, true]);
    }
  });

  it('shows no secret: neither what was to be blotted out, nor a handle', () => {
    const secret = 'CANARY-iban-AT611904300234573201';
    const token = 'ghp_CANARYabcdefghijklmnopqrstuvwxyz0123';
    const text = hostileText(`pay ${secret} with ${token}`);
    const message = messageFor(channel, text, {}, { secrets: [secret] });
    for (const [name, render] of forms) {
      const rendered = JSON.stringify(render(message)) ?? '';
      expect([name, rendered.includes(secret), rendered.includes(token)]).toEqual([name, false, false]);
    }
    for (const { name, shown } of seen(message)) {
      const read = ownUrls(message).reduce((left, url) => left.replaceAll(url, ''), shown.join('\n'));
      expect([name, read.includes('hp1')]).toEqual([name, false]);
    }
  });

  it('offers at most as much to press as it may, and only what it was given', () => {
    const message = messageFor(channel, HARMLESS);
    expect(message.actions.length).toBeLessThanOrEqual(capabilities.actionsMax);
    const given = message.actions.map(({ handle }) => handle);
    for (const { name, handles, urls, shown } of seen(message)) {
      expect([name, handles.filter(handle => !given.includes(handle))]).toEqual([name, []]);
      expect([name, new Set(handles).size]).toEqual([name, handles.length]);
      expect([name, urls.filter(url => !ownUrls(message).includes(url))]).toEqual([name, []]);
      if (capabilities.interactive === 'reply_text') expect(shown.join('\n')).toContain('K7Q2M');
    }
    if (['buttons', 'forms'].includes(capabilities.interactive)) expect(seen(message)[0]!.handles).toEqual(given);
  });

  it.each(SETTLED)('has nothing to press in a message of the kind %s', kind => {
    const message = messageFor(channel, HARMLESS, { kind, count: 12, outcome: 'Approved by Bo.' }, { settled: true });
    for (const { name, handles, urls } of seen(message)) {
      expect([name, handles]).toEqual([name, []]);
      expect([name, urls.filter(url => url !== LINK.url)]).toEqual([name, []]);
    }
  });

  it('describes every setting, and marks what is secret', () => {
    for (const [name, schema] of Object.entries(settingsOf(channel))) {
      expect([name, schema.description]).toEqual([name, expect.stringMatching(/\w{3}/)]);
      if (SECRET.test(name)) expect([name, schema['secret']]).toEqual([name, true]);
    }
  });

  it('refuses settings that are wrong without repeating them', () => {
    for (const config of examiner.configs) {
      expect(channel.config.safeParse(config).success).toBe(true);
      for (const name of Object.keys(config)) {
        const { success, error } = channel.config.safeParse({ ...config, [name]: { CANARYVALUE: 1 } });
        expect([name, success]).toEqual([name, false]);
        expect(`${error?.message}`).not.toContain('CANARY');
      }
      expect(channel.config.safeParse({ ...config, unheardOf: 1 }).success).toBe(false);
    }
  });

  it('can do what it says, and connects to nothing when it is opened', async () => {
    const opened = open();
    const [main] = opened;
    expect(main?.update !== undefined).toBe(capabilities.canEdit);
    expect(main?.enrolmentLink !== undefined).toBe(capabilities.enrolment === 'link');
    for (const one of opened) await one.close();
  });

  it('knows addresses in one form, and what is none', () => {
    for (const address of examiner.addresses) expect(channel.normaliseAddress(address)).toBe(address);
    if (id === CONSOLE) return;
    for (const none of ['', ' ', '\n']) expect([none, channel.normaliseAddress(none)]).toEqual([none, null]);
    // A name of one's own choosing may be almost anything; but one form of it there is, on one line.
    for (const odd of ['x y', 'a\r\nb', '<script>', '../..', 'https://169.254.169.254/', 'x'.repeat(5_000)]) {
      const address = channel.normaliseAddress(odd);
      if (address === null) continue;
      expect([odd, channel.normaliseAddress(address)]).toEqual([odd, address]);
      expect(address).toMatch(/^\P{Cc}{1,2048}$/u);
    }
  });

  it('reads what its provider really sends, and believes none of it unsigned', async () => {
    const inbounds = open().flatMap(({ inbound }) => (inbound === undefined ? [] : [inbound]));
    const samples = samplesOf(id);
    expect(samples.length > 0).toBe(inbounds.length > 0);
    for (const sample of samples) {
      const read = await Promise.all(inbounds.map(async inbound => inbound.parse(requestOf(sample))));
      expect([sample.name, read.some(items => isAsExpected(items, sample))]).toEqual([sample.name, true]);
      for (const inbound of inbounds) {
        const verdict = await inbound.verify(requestOf(sample), untouchable.nowMs());
        expect([sample.name, verdict.verdict]).toEqual([sample.name, 'refused']);
      }
    }
  });
});

/** Opens a channel with a configuration that its own schema has taken. */
const openWith = (channel: Channel, config: object) => channel.open(channel.config.parse(config), untouchable);

/** Names of settings that can hold nothing but a secret. */
const SECRET = /token$|secret$|password|privateKey|smtpUrl$/i;

type Setting = { description?: string; secret?: boolean };
/** Every setting of a channel by its name, of all ways to run it. */
const settingsOf = (channel: Channel): Record<string, Setting> => {
  const json = z.toJSONSchema(channel.config, { io: 'input', unrepresentable: 'any' }) as {
    properties?: Record<string, Setting>;
    anyOf?: { properties?: Record<string, Setting> }[];
    oneOf?: { properties?: Record<string, Setting> }[];
  };
  return Object.assign({}, json.properties, ...[...(json.anyOf ?? []), ...(json.oneOf ?? [])].map(({ properties }) => properties));
};

const isAsExpected = (items: unknown[], sample: Sample): boolean => {
  try {
    expect(items).toMatchObject(sample.items);
    return items.length === sample.items.length;
  } catch {
    return false;
  }
};

const deepFrozen = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(deepFrozen);
  return value;
};
