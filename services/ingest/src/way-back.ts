import type { ApprovalRequest, EventData } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import { checkTarget, EgressError, type AddressRules } from '@holdpoint/egress';
import { ProblemError } from '@holdpoint/service-kit';

type Settings = Pick<Directory, 'endpoint' | 'connection' | 'agent'>;
export type WayBackRules = {
  settings: Settings;
  /** What the egress guard lets through beyond public addresses. */
  addresses: AddressRules;
  /** Whether any private range is allowed at all: only then can plain http make sense. */
  httpAllowed: boolean;
};

/** How the answer goes back, as the terminal event carries it. */
export type WayBack = Pick<EventData<'ApprovalRequested'>['delivery'], 'callback' | 'resume'> & { state: string | null };

type Asked = Pick<ApprovalRequest, 'callback' | 'resume' | 'threadId' | 'runId' | 'toolCallId'>;
type Resume = NonNullable<ApprovalRequest['resume']>;

/** Provider a connection must have for each way to resume a run ourselves through one. */
const PROVIDER_OF = {
  'openai.submitToolOutputs': 'openai.assistants',
  'openai.agentsApi': 'openai.agentsApi',
  'openai.responses': 'openai.responses',
  'anthropic.managedAgents': 'anthropic.managedAgents',
  langgraph: 'langgraph',
} as const;

/**
 * Checks at the door that the answer can get back: a decision that nobody can be told is worse than a refused request.
 * The callback's address is only checked for its form here; where it leads is checked each time it is called.
 * @param agentId who asks: an agent may be held to some hosts
 * @throws ProblemError 422 `callback_invalid` or `resume_invalid` that names the member
 */
export const wayBackOf = (request: Asked, { tenant, agentId }: { tenant: string; agentId: string }, rules: WayBackRules): WayBack => {
  const { callback, resume } = request;
  const hosts = rules.settings.agent(agentId)?.callbackHosts ?? [];
  if (callback !== undefined) checkCallback(callback, tenant, hosts, rules);
  const mode = resume?.mode ?? (callback === undefined ? 'none' : 'callback');
  if (mode === 'callback' && callback === undefined) throw refuse('resume_invalid', '/callback', 'is missing: resume.mode is callback');
  checkFits(mode, resume);
  if (mode === 'logicApps') checkWorkflow(request, hosts, rules);
  else if (mode !== 'callback' && mode !== 'none') checkResume(request, PROVIDER_OF[mode], tenant, rules.settings);
  return {
    callback: callback !== undefined,
    resume: {
      mode,
      ...(resume?.connectionId !== undefined && { connectionId: resume.connectionId }),
      ...(resume?.fallback !== undefined && { fallback: resume.fallback }),
    },
    state: typeof callback === 'object' ? (callback.state ?? null) : null,
  };
};

const checkCallback = (
  callback: NonNullable<ApprovalRequest['callback']>,
  tenant: string,
  hosts: readonly string[],
  rules: WayBackRules,
): void => {
  if (typeof callback === 'object' && 'url' in callback) return checkUrl(callback.url, hosts, rules, ['callback_invalid', '/callback/url']);
  const [endpointId, pointer] = typeof callback === 'string' ? [callback, '/callback'] : [callback.endpointId, '/callback/endpointId'];
  const endpoint = rules.settings.endpoint(tenant, endpointId);
  if (endpoint === null) throw refuse('callback_invalid', pointer, 'names no endpoint of this organisation');
  if (endpoint.url === null) throw refuse('callback_invalid', pointer, 'names an endpoint without a URL; give callback.url');
  if (endpoint.disabled) throw refuse('callback_invalid', pointer, 'names an endpoint that is disabled');
};

const checkUrl = (
  url: string,
  hosts: readonly string[],
  { addresses, httpAllowed }: WayBackRules,
  [code, pointer]: readonly [code: string, pointer: string],
): void => {
  try {
    const target = checkTarget(url);
    if (hosts.length > 0 && !hosts.some(host => isHost(new URL(url).hostname, host)))
      throw refuse(code, pointer, `leads to a host this agent may not name; it may name ${hosts.join(', ')}`);
    const verdict = target.address === null ? undefined : addresses.verdict(target.address);
    if (verdict === 'denied') throw refuse(code, pointer, 'leads to an address that is not public');
    if (!target.tls && (verdict === 'public' || !httpAllowed)) throw refuse(code, pointer, 'must use https');
  } catch (error) {
    if (!(error instanceof EgressError)) throw error;
    throw refuse(code, pointer, error.message);
  }
};

/** Whether a host is the allowed one, or below it where that is `*.<domain>`. */
const isHost = (host: string, allowed: string): boolean => (allowed.startsWith('*.') ? host.endsWith(allowed.slice(1)) : host === allowed);

/** Members of the plan that mean nothing for its mode are refused: whoever sent them expects something of them. */
const checkFits = (mode: Resume['mode'], resume: ApprovalRequest['resume']): void => {
  if (resume?.url !== undefined && mode !== 'logicApps')
    throw refuse('resume_invalid', '/resume/url', `is only for resume.mode logicApps, not for ${mode}`);
  if (resume?.fallback === 'newRunOnThread' && mode !== 'openai.submitToolOutputs')
    throw refuse('resume_invalid', '/resume/fallback', `newRunOnThread is only for resume.mode openai.submitToolOutputs, not for ${mode}`);
};

/** A waiting workflow is answered at its own address. Its message is not repeated: the address is a secret. */
const checkWorkflow = ({ resume }: Pick<ApprovalRequest, 'resume'>, hosts: readonly string[], rules: WayBackRules): void => {
  const url = resume?.url;
  if (url === undefined) throw refuse('resume_invalid', '/resume/url', 'is missing: logicApps answers at the callback URL of the workflow');
  checkUrl(url, hosts, rules, ['resume_invalid', '/resume/url']);
};

const checkResume = (request: Asked, provider: string, tenant: string, settings: Settings): void => {
  const { mode, connectionId } = request.resume!;
  if (connectionId === undefined) throw refuse('resume_invalid', '/resume/connectionId', `is missing: ${mode} needs a connection`);
  const connection = settings.connection(tenant, connectionId);
  if (connection === null) throw refuse('resume_invalid', '/resume/connectionId', 'names no connection of this organisation');
  if (connection.provider !== provider)
    throw refuse(
      'resume_invalid',
      '/resume/connectionId',
      `names a connection to ${connection.provider}; ${mode} needs one to ${provider}`,
    );
  if (mode === 'openai.responses' && connection.template === null)
    throw refuse(
      'resume_invalid',
      '/resume/connectionId',
      'names a connection without a template: a response is not continued without one',
    );
  if (mode !== 'openai.submitToolOutputs' && mode !== 'openai.responses') return;
  for (const name of ['threadId', 'runId', 'toolCallId'] as const)
    if (request[name] === undefined) throw refuse('resume_invalid', `/${name}`, `is missing: ${mode} answers exactly one paused call`);
};

const refuse = (code: string, pointer: string, detail: string): ProblemError =>
  new ProblemError(code, 422, `The answer could not get back: ${pointer} ${detail}.`, { errors: [{ pointer, detail }] });
