import type { Decision, ResumePlan } from '@holdpoint/contracts';

/** Where a paused run lives and how we may reach it. Comes from the settings, never from a request. */
export type Connection = { baseUrl: string; apiKey: string };

export type ToolCallOutput = { toolCallId: string; output: string };

/** What is known of another pending call of the same run. */
export type SiblingState =
  | { state: 'decided'; output: string }
  /** One of our approvals, still open. */
  | { state: 'undecided' }
  /** Not ours, and the request brought no output for it. */
  | { state: 'foreign' };

export type ResumeRequest = {
  connection: Connection;
  threadId: string;
  runId: string;
  toolCallId: string;
  /** What the paused call gets as its result; made by the integration's `format`. */
  output: string;
  /** Outputs the app gave us for calls that are not ours. */
  siblingOutputs: readonly ToolCallOutput[];
  /** Looks another pending call of the run up among our own approvals. */
  siblingOf(toolCallId: string): Promise<SiblingState>;
  /** Every byte to the agent's server goes through the guarded client. */
  fetch: typeof fetch;
  /** Unix milliseconds; the system's clock unless given. An approval whose time is over no longer lets a waiting call run. */
  now?: () => number;
};

export type ResumeRunStatus = string | null;

/**
 * Outcome of one attempt:
 * `submitted` the server took the outputs · `reconciled` it already had them · `waiting` another pending call of the run is not decided
 * yet · `unknown` sent, and it cannot be told whether it arrived · `failed` not sent or refused, worth another attempt ·
 * `impossible` the run can never take the answer any more.
 */
export type ResumeResult = {
  outcome: 'submitted' | 'reconciled' | 'waiting' | 'unknown' | 'failed' | 'impossible';
  runStatus: ResumeRunStatus;
  /** For the record; never holds a key or an output. */
  detail: string;
};

/** One agent framework: what its pause becomes, what it reads as the answer, how its run goes on. */
export type AgentIntegration = {
  id: string;
  /** The request's `resume.mode` this integration serves. */
  mode: ResumePlan['mode'];
  format(decision: Decision): string;
  /** One attempt. Never rejects for what the network or the server does. */
  resume(request: ResumeRequest): Promise<ResumeResult>;
  /** Loads the SDK before it is first needed. */
  warm(): Promise<void>;
};
