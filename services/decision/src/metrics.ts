import type { CommandReply, DecisionVerb } from '@holdpoint/contracts';
import { counter, durations } from '@holdpoint/service-kit';

export type DecisionMetrics = { answered(verb: DecisionVerb, reply: CommandReply, durationMs: number): void; read(): void };

/** Counts what people asked for and how it ended, how long they waited, and how often a stream had to be read for it. */
export const openDecisionMetrics = (): DecisionMetrics => {
  const commands = counter('holdpoint_decision_commands_total', "People's commands by verb and outcome", ['verb', 'outcome']);
  const seconds = durations('holdpoint_decision_command_seconds', 'Time from a command to its answer', ['verb']);
  const reads = counter('holdpoint_decision_stream_reads_total', 'Streams read because an approval was not at hand');
  return {
    answered: (verb, reply, durationMs) => {
      commands.inc({ verb, outcome: reply.outcome === 'done' ? 'done' : reply.code });
      seconds.observe({ verb }, durationMs / 1_000);
    },
    read: () => reads.inc(),
  };
};
