import { describe, expect, it } from 'vitest';
import { bodyOf, EMPTY, typedOf, whyNotSave, type Connection } from './connection-form.ts';

const known: Connection = {
  id: 'claude',
  provider: 'anthropic.managedAgents',
  baseUrl: 'https://api.anthropic.com',
  agentId: 'assistant',
  endpointId: null,
  fallback: 'callback',
  webhookSecretSet: true,
  previousWebhookSecretUntil: null,
  templateSet: false,
  hookUrl: 'https://gate.example/v1/hooks/anthropic.managedAgents/claude',
};

describe('the form of a connection', () => {
  it('leaves secrets of a known one alone, unless one is typed', () => {
    const body = bodyOf(typedOf(known), false);
    expect(body).toEqual({
      id: 'claude',
      provider: 'anthropic.managedAgents',
      baseUrl: 'https://api.anthropic.com',
      agentId: 'assistant',
      endpointId: null,
      untested: false,
    });
    expect(bodyOf({ ...typedOf(known), webhookSecret: ' whsec_new ' }, true)).toMatchObject({ webhookSecret: 'whsec_new', untested: true });
  });

  it('sends only what its provider has', () => {
    const filled = { ...EMPTY, id: 'a', apiKey: 'k', webhookSecret: 'w', template: '{"model":"m"}', fallback: 'newRunOnThread' as const };
    expect(Object.keys(bodyOf(filled, false))).toEqual(['id', 'provider', 'baseUrl', 'apiKey', 'fallback', 'untested']);
    expect(bodyOf({ ...filled, provider: 'openai.responses' }, false)).toMatchObject({ template: { model: 'm' }, webhookSecret: 'w' });
    expect(Object.keys(bodyOf({ ...filled, provider: 'langgraph' }, false))).toEqual(['id', 'provider', 'baseUrl', 'apiKey', 'untested']);
  });

  it('says what is missing', () => {
    expect(whyNotSave(EMPTY, undefined)).toContain('id');
    expect(whyNotSave({ ...EMPTY, id: 'a' }, undefined)).toContain('API key');
    expect(whyNotSave(typedOf(known), known)).toBeNull();
    expect(whyNotSave({ ...typedOf(known), provider: 'langgraph' }, known)).toContain('API key');
    const responses = { ...EMPTY, id: 'a', apiKey: 'k', provider: 'openai.responses' as const };
    for (const template of ['[]', '"text"', '{', 'null']) expect(whyNotSave({ ...responses, template }, undefined)).toContain('JSON');
    expect(whyNotSave({ ...responses, template: '{"model":"m"}' }, undefined)).toBeNull();
    const hooked = { ...responses, webhookSecret: 'whsec_new' };
    expect(whyNotSave(hooked, undefined)).toContain('template');
    expect(whyNotSave({ ...hooked, template: '{"model":"m"}' }, undefined)).toBeNull();
    expect(whyNotSave(hooked, { ...known, provider: 'openai.responses', templateSet: true })).toBeNull();
  });
});
