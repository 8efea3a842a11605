import type { Decision, ResponsesTemplate, ResumePlan } from '@holdpoint/contracts';

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
  /** What the connection adds to an answer that begins a request of its own. */
  template?: ResponsesTemplate | null;
  /** Where a waiting workflow takes its answer. A secret: it never stands in a result. */
  url?: string;
  /** An earlier attempt may have reached the server without anybody knowing. */
  inDoubt?: boolean;
  /** Notes that something is about to be sent that may not be sent twice. What it rejects with ends the attempt. */
  beforeSend?: () => Promise<void>;
  /** Unix milliseconds; the system's clock unless given. An approval whose time is over no longer lets a waiting call run. */
  now?: () => number;
};

/** What was decided on one call of a run that is over, and the run was never told of. */
export type UntoldDecision = { approvalId: string; output: string };
/** A new run where a run is over: the approval whose decision it begins with, and how others come along. */
export type NewRun = {
  approvalId: string;
  /** Looks another call of the run up; null where there is no decision that may go along. */
  untoldOf(toolCallId: string): Promise<UntoldDecision | null>;
  /**
   * Notes that the decision is about to be sent, and those that go along. What it rejects with ends the attempt.
   * @returns those that go along: another worker may be sending the rest
   */
  claim(along: readonly UntoldDecision[]): Promise<readonly UntoldDecision[]>;
};

export type ResumeRunStatus = string | null;

/**
 * Outcome of one attempt:
 * `submitted` the server took the outputs · `reconciled` it already had them · `waiting` another pending call of the run is not decided
 * yet · `unknown` sent, and it cannot be told whether it arrived · `failed` not sent or refused, worth another attempt ·
 * `impossible` the run can never take the answer any more · `startedAnew` it cannot, and a new run on its thread began with the answer.
 */
export type ResumeResult = {
  outcome: 'submitted' | 'reconciled' | 'waiting' | 'unknown' | 'failed' | 'impossible' | 'startedAnew';
  runStatus: ResumeRunStatus;
  /** Of `startedAnew`. */
  newRunId?: string;
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
  /** What may be done where a run is over: a new run on its thread that begins with the answer, once for ever. One attempt, as `resume`. */
  startAnew?(request: ResumeRequest, newRun: NewRun): Promise<ResumeResult>;
  /** Loads the SDK before it is first needed. */
  warm(): Promise<void>;
};
