import { randomBytes } from 'node:crypto';
import { callback } from '@holdpoint/callback';
import { streamOf, type EventData, type HookReply, type Problem } from '@holdpoint/contracts';
import { relay } from '@holdpoint/relay';
import { newWebhookKeys } from '@holdpoint/sealing';
import type { RunningService } from '@holdpoint/service-kit';
import {
  startAgentsApiFake,
  startCallbackReceiver,
  startManagedAgentsFake,
  startResponsesFake,
  webhookSender,
  type AgentsApiFake,
  type CallbackReceiver,
  type ManagedAgentsFake,
  type ResponsesFake,
  type WebhookAnswer,
  type WebhookSender,
} from '@holdpoint/testing';
import { startIngest, type RunningIngest } from './a-running-ingest.ts';

/** A gate that providers of agents call, and that answers their sessions: ingest, callback and relay over one log. */
export type HookedGate = RunningIngest & {
  openai: AgentsApiFake;
  claude: ManagedAgentsFake;
  responses: ResponsesFake;
  /** Each provider as it delivers to the connection of `ORG` for it: `agents`, `claude` and `responses`. */
  fromOpenai: WebhookSender;
  fromClaude: WebhookSender;
  fromResponses: WebhookSender;
  /** Where webhooks for a connection go, whether there is one or not. */
  hookUrl(provider: string, connection: string): string;
  /** The recorded requests of one approval: one, unless something was asked twice. */
  requested(id: string): Promise<EventData<'ApprovalRequested'>[]>;
  /** Waits until the answer's way back has events of all these types. @throws Error when that takes longer than 8 s */
  until(id: string, ...types: string[]): Promise<void>;
};

export const ORG = 'org_a';
/** A signing secret as providers give it: `whsec_` and base64 (Standard Webhooks 1.0.0). */
export const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;
/** What the connections' webhooks are signed with; `before` still counts beside `openai`, and `over` beside `claude` no more. */
export const SECRETS = {
  openai: newSecret(),
  before: newSecret(),
  over: newSecret(),
  claude: newSecret(),
  second: newSecret(),
  responses: newSecret(),
};

let calls = 0;
/** An id that no call had before. */
export const callId = (prefix: string): string => `${prefix}_${++calls}`;
/** A call of a server's tool that the OpenAI Agents API asks about. */
export const mcp = (args: object = { amount: 245 }) => ({
  type: 'mcp_approval_request',
  request_id: callId('req'),
  turn_id: 'turn_1',
  request: { type: 'mcp_tool_call', server_label: 'shop', name: 'issue_refund', arguments: args, message: 'May I refund it?' },
});
/** What an agent says when it calls `request_human_approval`. */
export const GATE_ARGUMENTS = {
  context_summary: 'Order A-1 broke',
  proposed_action: 'Refund $245',
  entity_id: 'A-1',
  risk_level: 'low',
} as const;

/** What a webhook that was taken did. @throws Error with the answer, unless it is 200 */
export const replyOf = ({ status, body }: WebhookAnswer): HookReply => {
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body as HookReply;
};
/** The problem document of a webhook that was not taken. */
export const problemOf = ({ body }: WebhookAnswer): Problem => body as Problem;

/** Starts the gate and its three providers, with connections that take webhooks and some that do not. */
export const startHookedGate = async (): Promise<HookedGate> => {
  const [ingest, openai, claude, responses, app] = await Promise.all([
    startIngest({ INGEST_RATE_BURST: '200' }),
    startAgentsApiFake(),
    startManagedAgentsFake(),
    startResponsesFake(),
    startCallbackReceiver(),
  ]);
  await registerEndpoint(ingest, app);
  await connectAll(ingest, { openai, claude, responses });
  const env = { CALLBACK_PORT: '0', RELAY_PORT: '0', HOLDPOINT_EGRESS_ALLOW: '127.0.0.0/8', RESUME_SCHEDULE_SEC: '0,0.2,0.2,0.3' };
  const further: RunningService[] = [
    await callback.start(callback.readConfig(env), ingest.parts),
    await relay.start(relay.readConfig(env), ingest.parts),
  ];
  const hookUrl: HookedGate['hookUrl'] = (provider, connection) => `${ingest.url}/v1/hooks/${provider}/${connection}`;
  return {
    ...ingest,
    ...lookingAt(ingest),
    openai,
    claude,
    responses,
    hookUrl,
    fromOpenai: webhookSender(hookUrl('openai.agentsApi', 'agents'), SECRETS.openai),
    fromResponses: webhookSender(hookUrl('openai.responses', 'responses'), SECRETS.responses),
    fromClaude: webhookSender(hookUrl('anthropic.managedAgents', 'claude'), SECRETS.claude),
    close: async () => {
      for (const service of further.toReversed()) await service.close();
      await ingest.close();
      await Promise.all([openai.close(), claude.close(), responses.close(), app.close()]);
    },
  };
};

/** What is recorded of a request and of its answer's way back. */
const lookingAt = ({ parts: { eventLog } }: RunningIngest): Pick<HookedGate, 'requested' | 'until'> => ({
  requested: async id => {
    const { events } = await eventLog.load(streamOf.approval(id));
    return events.filter(({ type }) => type === 'ApprovalRequested').map(({ data }) => data as EventData<'ApprovalRequested'>);
  },
  until: async (id, ...types) => {
    for (let waitedMs = 0; waitedMs < 8_000; waitedMs += 20) {
      const { events } = await eventLog.load(streamOf.callback(id));
      if (types.every(type => events.some(event => event.type === type))) return;
      await new Promise(resolve => setTimeout(resolve, 20));
    }
    throw new Error(`no ${types.join(' and ')} within 8 s`);
  },
});

/** The app that connection `agents` tells what was decided. */
const registerEndpoint = async ({ parts }: RunningIngest, app: CallbackReceiver): Promise<void> => {
  const at = parts.now();
  const { secret, signingKey, publicKey } = newWebhookKeys();
  const { revision } = await parts.eventLog.load(streamOf.organization(ORG));
  await parts.eventLog.append(
    streamOf.organization(ORG),
    [{ type: 'EndpointRegistered', data: { endpointId: 'app', publicKey, at, private: { url: app.url('/told'), secret, signingKey } } }],
    { commandId: 'endpoint', tenant: ORG, actor: 'operator:opr_a', recordedAt: at, expectedRevision: revision },
  );
};

const connectAll = async (ingest: RunningIngest, providers: Pick<HookedGate, 'openai' | 'claude' | 'responses'>): Promise<void> => {
  const connect = connecting(ingest);
  const reached = ({ baseUrl, apiKey }: { baseUrl: string; apiKey: string }) => ({ baseUrl, apiKey });
  const [openai, claude, responses] = [reached(providers.openai), reached(providers.claude), reached(providers.responses)];
  const until = new Date(Date.now() + 3_600_000).toISOString();
  await connect(
    ORG,
    'agents',
    'openai.agentsApi',
    { ...openai, webhookSecret: SECRETS.openai, previousWebhookSecret: { secret: SECRETS.before, until } },
    { agentId: 'agt_assistant', endpointId: 'app' },
  );
  await connect('org_b', 'agents', 'openai.agentsApi', { ...openai, webhookSecret: SECRETS.second }, { agentId: 'agt_foreign' });
  await connect(ORG, 'claude', 'anthropic.managedAgents', {
    ...claude,
    webhookSecret: SECRETS.claude,
    previousWebhookSecret: { secret: SECRETS.over, until: '2026-01-01T00:00:00.000Z' },
  });
  await connect(ORG, 'responses', 'openai.responses', {
    ...responses,
    webhookSecret: SECRETS.responses,
    template: { model: 'gpt-5.4', instructions: 'Be brief.' },
  });
  await connect(ORG, 'silent', 'openai.agentsApi', openai);
  await connect(ORG, 'wrong_key', 'openai.agentsApi', { ...openai, apiKey: 'sk-wrong', webhookSecret: SECRETS.openai });
  await connect(ORG, 'graph', 'langgraph', { ...openai, webhookSecret: SECRETS.openai });
};

/** Adds a connection as an operator would, and waits until the directory has it. */
const connecting =
  ({ parts }: RunningIngest) =>
  async (
    tenant: string,
    connectionId: string,
    provider: 'openai.agentsApi' | 'openai.responses' | 'anthropic.managedAgents' | 'langgraph',
    secrets: EventData<'ConnectionAdded'>['private'],
    extra: Partial<Pick<EventData<'ConnectionAdded'>, 'agentId' | 'endpointId'>> = { agentId: 'agt_assistant' },
  ): Promise<void> => {
    const at = parts.now();
    const { revision } = await parts.eventLog.load(streamOf.organization(tenant));
    const { position } = await parts.eventLog.append(
      streamOf.organization(tenant),
      [{ type: 'ConnectionAdded', data: { connectionId, provider, at, ...extra, private: secrets } }],
      {
        commandId: `connect-${tenant}-${connectionId}-${revision}`,
        tenant,
        actor: 'operator:opr_a',
        recordedAt: at,
        expectedRevision: revision,
      },
    );
    await parts.directory.atLeast(position);
  };
