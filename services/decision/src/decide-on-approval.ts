import { Refused } from '@holdpoint/approval';
import { streamOf, type CommandReply, type DecisionCommand, type DecisionVerb } from '@holdpoint/contracts';
import { EventErased, RevisionConflict, type EventLog } from '@holdpoint/event-log';
import type { Logger } from '@holdpoint/service-kit';
import { answerTo, doneWith, refusalReply, type Answered, type AnswerDeps, type Decided } from './answer-to.ts';
import { appendDecision } from './append-decision.ts';
import type { Known } from './known-approval.ts';
import type { DecisionMetrics } from './metrics.ts';
import { mustLook, type Observe } from './observe.ts';
import type { OpenApprovals } from './open-approvals.ts';
import { putOnRecord } from './put-on-record.ts';

export type Deps = AnswerDeps & {
  eventLog: Pick<EventLog, 'append' | 'handle'>;
  approvals: OpenApprovals;
  logger: Pick<Logger, 'warn'>;
  metrics: DecisionMetrics;
  observe: Observe;
  gateWaitMs: number;
};

export type DecideOnApproval = (verb: DecisionVerb, command: DecisionCommand) => Promise<CommandReply>;

/** What is known of an approval, and whether it was just read from its stream. */
type View = { known: Known | null; read: boolean };

/** Decisions on one command before giving up: each further one means that somebody else's append came first. */
const DECISIONS_MAX = 6;

/**
 * Carries out one command of a person: decides on what is known, appends at that revision, and decides again when somebody was faster. A
 * command that comes twice is carried out once and answered alike. A refusal is never given on memory alone: the stream is read first.
 * @returns `done` with the new state, or `refused` naming the rule or the winner
 * @throws LogUnavailable when the outcome could not be settled; the same command may be sent again
 */
export const decideOnApproval = (deps: Deps): DecideOnApproval => {
  const run: DecideOnApproval = async (verb, command) => {
    const stream = streamOf.approval(command.approvalId);
    let view = await whenGated(deps, verb, stream);
    for (let decision = 1; decision <= DECISIONS_MAX; decision += 1) {
      const answer = await answerSurely(deps, verb, command, view.known);
      if ('events' in answer) {
        try {
          const after = await appendDecision(deps, stream, answer, command);
          return answer.refusal ?? doneWith(after);
        } catch (error) {
          if (!(error instanceof RevisionConflict)) throw error;
        }
      } else if (answer.reply.outcome === 'done') return answer.reply;
      else if (view.read) {
        await putOnRecord(deps, stream, verb, command, answer);
        return answer.reply;
      }
      view = await reread(deps, stream);
    }
    return { outcome: 'refused', code: 'revision_conflict', detail: 'It changes faster than this decision can be made; look again.' };
  };
  return async (verb, command) => {
    const start = performance.now();
    const reply = await run(verb, command).catch(refusedAsErased);
    deps.metrics.answered(verb, reply, performance.now() - start);
    return reply;
  };
};

/** Nobody can read any more what is asked about. */
const refusedAsErased = (error: unknown): CommandReply => {
  if (!(error instanceof EventErased)) throw error;
  return { outcome: 'refused', code: 'erased', detail: 'What it said was erased. Who decided what and when is still in the log.' };
};

/** What the command means, after a look at the world where it needs one, and once the log has said whose turn it is where it asks one of several. */
const answerSurely = (deps: Deps, verb: DecisionVerb, command: DecisionCommand, known: Known | null): Promise<Decided | Answered> =>
  deps.rotations.sure(async check => {
    let answer = answerTo(deps, verb, command, known);
    if ('events' in answer && mustLook(verb, answer.before)) answer = await answerInThisWorld(deps, verb, command, answer.before);
    if ('events' in answer) check(answer.events);
    return answer;
  });

/** The same answer once more, after a look at what the request takes for granted. Only for who may decide: nobody else makes us call anything. */
const answerInThisWorld = async (deps: Deps, verb: DecisionVerb, command: DecisionCommand, before: Known): Promise<Decided | Answered> => {
  const { state } = before;
  try {
    return answerTo(deps, verb, command, before, state.status === 'review' ? await deps.observe(state.preconditions) : []);
  } catch (error) {
    if (error instanceof Refused) return { reply: refusalReply(error) };
    throw error;
  }
};

/** The approval once the rules have spoken. A decision may come before them, from somebody who follows live: it waits a moment. */
const whenGated = async (deps: Deps, verb: DecisionVerb, stream: string): Promise<View> => {
  const { approvals, metrics, gateWaitMs } = deps;
  const until = performance.now() + gateWaitMs;
  let view = await approvals.get(stream);
  if (view.read) metrics.read();
  if (verb === 'comment') return view;
  while (view.known?.state.status === 'gating') {
    const waitMs = until - performance.now();
    if (waitMs <= 0 || !(await approvals.newerThan(stream, view.known.revision, waitMs))) return reread(deps, stream);
    view = await approvals.get(stream);
  }
  return view;
};

const reread = async ({ approvals, metrics }: Deps, stream: string): Promise<View> => {
  metrics.read();
  return { known: await approvals.reload(stream), read: true };
};
