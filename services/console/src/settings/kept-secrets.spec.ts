import { describe, expect, it } from 'vitest';
import { keptSecrets, withoutNulls } from './kept-secrets.ts';

const bot = { properties: { mode: { const: 'bot' }, appSecret: {}, appId: {} } };
const workflow = { properties: { mode: { const: 'workflow' }, url: {} } };
const teams = { config: { oneOf: [workflow, bot] }, secrets: ['url', 'appSecret'] };
const telegram = { config: { properties: { botToken: {}, apiUrl: {} } }, secrets: ['botToken'] };

describe('secrets that are left out of new settings', () => {
  it('stay what they are, and nothing else does', () => {
    expect(keptSecrets(telegram, { botToken: 'old', apiUrl: 'https://a.test' }, {})).toEqual({ botToken: 'old' });
    expect(keptSecrets(telegram, { botToken: 'old' }, { botToken: 'new' })).toEqual({});
  });

  it('of another form of the settings stay behind', () => {
    const present = { mode: 'bot', appSecret: 's', appId: 'a' };
    expect(keptSecrets(teams, present, { mode: 'bot', appId: 'b' })).toEqual({ appSecret: 's' });
    expect(keptSecrets(teams, present, { mode: 'workflow', url: 'https://flow.test' })).toEqual({});
    expect(keptSecrets(teams, present, {})).toEqual({});
  });

  it('are taken away where they are null', () => {
    expect(keptSecrets(telegram, { botToken: 'old' }, { botToken: null })).toEqual({});
    expect(withoutNulls({ botToken: null, apiUrl: 'x' })).toEqual({ apiUrl: 'x' });
  });
});
