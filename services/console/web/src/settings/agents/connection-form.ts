import type { CONNECTION_PROVIDERS, NewConnection } from '@holdpoint/contracts';

export type Provider = (typeof CONNECTION_PROVIDERS)[number];
/** A connection as the API shows it. */
export type Connection = {
  id: string;
  provider: Provider;
  baseUrl: string;
  agentId: string | null;
  endpointId: string | null;
  fallback: 'callback' | 'newRunOnThread';
  webhookSecretSet: boolean;
  previousWebhookSecretUntil: string | null;
  templateSet: boolean;
  hookUrl: string | null;
};

type Kind = { name: string; baseUrl: string; hooks: boolean; runs: boolean; template: boolean };
const kind = (name: string, baseUrl: string, more: Partial<Kind> = {}): Kind => ({
  name,
  baseUrl,
  hooks: false,
  runs: false,
  template: false,
  ...more,
});
/** Each provider with its name, the address its credentials usually go to, and what else can be set. */
export const PROVIDERS: Record<Provider, Kind> = {
  'openai.assistants': kind('OpenAI Assistants', 'https://api.openai.com/v1', { runs: true }),
  'openai.agentsApi': kind('OpenAI Agents API', 'https://api.openai.com/v1', { hooks: true }),
  'openai.responses': kind('OpenAI Responses', 'https://api.openai.com/v1', { hooks: true, template: true }),
  'anthropic.managedAgents': kind('Anthropic Managed Agents', 'https://api.anthropic.com', { hooks: true }),
  langgraph: kind('LangGraph Server', ''),
};

/** What is typed into the form. An empty secret leaves the stored one as it is. */
export type Typed = {
  id: string;
  provider: Provider;
  baseUrl: string;
  apiKey: string;
  webhookSecret: string;
  agentId: string;
  endpointId: string;
  fallback: Connection['fallback'];
  template: string;
};

export const EMPTY: Typed = {
  id: '',
  provider: 'openai.assistants',
  baseUrl: PROVIDERS['openai.assistants'].baseUrl,
  apiKey: '',
  webhookSecret: '',
  agentId: '',
  endpointId: '',
  fallback: 'callback',
  template: '',
};

/** What the form shows of a known connection: everything but its secrets. */
export const typedOf = ({ id, provider, baseUrl, agentId, endpointId, fallback }: Connection): Typed => ({
  ...EMPTY,
  id,
  provider,
  baseUrl,
  agentId: agentId ?? '',
  endpointId: endpointId ?? '',
  fallback,
});

/** Why what is typed cannot be sent; null when it can. */
export const whyNotSave = (typed: Typed, known: Connection | undefined): string | null => {
  if (typed.id.trim() === '' || typed.baseUrl.trim() === '') return 'Give it an id and a base URL.';
  if (typed.apiKey.trim() === '' && known?.provider !== typed.provider) return 'Give the API key.';
  const { hooks, template } = PROVIDERS[typed.provider];
  if (template && typed.template.trim() !== '' && readTemplate(typed.template) === null) return 'The template is no JSON object.';
  const hasTemplate = typed.template.trim() !== '' || (known?.provider === typed.provider && known.templateSet);
  if (hooks && template && typed.webhookSecret.trim() !== '' && !hasTemplate)
    return 'Give a template: its webhooks are of no use without one.';
  return null;
};

const readTemplate = (text: string): NewConnection['template'] => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as NonNullable<NewConnection['template']>) : null;
  } catch {
    return null;
  }
};

/** Body of `POST /api/connections`: only what this provider has, and secrets only where one was typed. */
export const bodyOf = (typed: Typed, untested: boolean): NewConnection => {
  const { hooks, runs, template } = PROVIDERS[typed.provider];
  const text = (value: string) => value.trim();
  return {
    id: text(typed.id),
    provider: typed.provider,
    baseUrl: text(typed.baseUrl),
    ...(text(typed.apiKey) !== '' && { apiKey: text(typed.apiKey) }),
    ...(hooks && {
      agentId: text(typed.agentId) || null,
      endpointId: text(typed.endpointId) || null,
      ...(text(typed.webhookSecret) !== '' && { webhookSecret: text(typed.webhookSecret) }),
    }),
    ...(runs && { fallback: typed.fallback }),
    ...(template && text(typed.template) !== '' && { template: readTemplate(typed.template) }),
    untested,
  };
};
