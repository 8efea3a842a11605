import type { JsonObject } from '@holdpoint/contracts';
import { describe, expect, it } from 'vitest';
import { configOf, formFor, formsOf, labelOf, missingIn, typedOf, withLabels } from './config-form.ts';

const telegram: JsonObject = {
  type: 'object',
  properties: {
    apiUrl: { type: 'string', default: 'https://api.telegram.org', description: 'Where the Bot API is' },
    botToken: { type: 'string', secret: true, description: 'Token of the bot' },
    ringSec: { type: 'integer', default: 25 },
    detect: { type: 'boolean', default: true },
    hosts: { type: 'array', items: { type: 'string' }, default: [] },
    startTls: { type: 'string', enum: ['required', 'off'] },
  },
  required: ['botToken'],
};
const teams: JsonObject = {
  oneOf: [
    {
      type: 'object',
      properties: { mode: { const: 'workflow', description: 'A flow posts cards' }, url: { type: 'string', secret: true } },
      required: ['mode', 'url'],
    },
    {
      type: 'object',
      properties: { mode: { const: 'bot', description: 'A bot writes to people' }, appId: { type: 'string' } },
      required: ['mode', 'appId'],
    },
  ],
};

describe('the form for a channel', () => {
  it('has what is needed first, and words for everything', () => {
    const [form] = formsOf(telegram);
    expect(form?.fields.map(({ label, required, secret, control }) => [label, required, secret, control.kind])).toEqual([
      ['Bot token', true, true, 'text'],
      ['API URL', false, false, 'text'],
      ['Ring sec', false, false, 'number'],
      ['Detect', false, false, 'yesNo'],
      ['Hosts', false, false, 'list'],
      ['Start TLS', false, false, 'choice'],
    ]);
    expect(labelOf('authservId')).toBe('Authserv id');
  });

  it('is one of several where the schema offers several, and opens with the one that was saved', () => {
    const forms = formsOf(teams);
    expect(forms.map(({ title, chosenBy }) => [title, chosenBy?.value])).toEqual([
      ['A flow posts cards', 'workflow'],
      ['A bot writes to people', 'bot'],
    ]);
    expect(formFor(forms, { mode: 'bot', appId: 'x' })).toBe(1);
    expect(formFor(forms, null)).toBe(0);
    expect(configOf(forms[1]!, { appId: 'x' }, new Set())).toEqual({ mode: 'bot', appId: 'x' });
  });

  it('sends what was typed with its type, leaves out what is empty, and takes a secret away by null', () => {
    const [form] = formsOf(telegram);
    const typed = { botToken: ' 1:abc ', apiUrl: '', ringSec: '30', detect: 'false', hosts: 'a.test, b.test:8443', startTls: 'off' };
    expect(configOf(form!, typed, new Set())).toEqual({
      botToken: '1:abc',
      ringSec: 30,
      detect: false,
      hosts: ['a.test', 'b.test:8443'],
      startTls: 'off',
    });
    expect(configOf(form!, { ringSec: 'soon' }, new Set(['botToken']))).toEqual({ botToken: null, ringSec: 'soon' });
  });

  it('begins with what was saved, and misses no secret that is set', () => {
    const [form] = formsOf(telegram);
    const typed = typedOf(form!, { ringSec: 30, detect: false, hosts: ['a.test'] });
    expect(typed).toMatchObject({ botToken: '', ringSec: '30', detect: 'false', hosts: 'a.test' });
    expect(missingIn(form!, typed, ['botToken'])).toEqual([]);
    expect(missingIn(form!, typed, [])).toEqual(['Bot token']);
  });

  it('says what is wrong by the labels people see, and leaves plain words alone', () => {
    const [form] = formsOf(telegram);
    expect(withLabels('Telegram does not know the bot; check botToken (401)', form!)).toBe(
      'Telegram does not know the bot; check “Bot token” (401)',
    );
    expect(withLabels('Its hosts; detect it, botTokens too', form!)).toBe('Its hosts; detect it, botTokens too');
    expect(withLabels(null, form!)).toBeNull();
  });
});
