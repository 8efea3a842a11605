import { canonicalJson } from './canonical-json.ts';
import type { Holdpoint } from './client.ts';
import { runGated, textFor, type GateOptions, type Outcome } from './gate-call.ts';
import { sha256Hex } from './hashes.ts';
import { remember } from './remember.ts';

/** MCP clients give up after 60 s, some after less, and progress does not help. Seconds. */
const WAIT_SEC = 20;
/** Calls whose round of asking is remembered; the oldest are forgotten first, which costs another question and nothing else. */
const ROUNDS_MAX = 10_000;
/** Approvals of the same call, spent before, that one call looks past. */
const SPENT_MAX = 50;

export type McpTool<Args> = GateOptions<Args> & {
  name: string;
  run(args: Args): unknown;
  /** Whose call it is: calls of one caller with the same arguments are one request until it is answered. By default the MCP session. */
  caller?: (context: McpContext) => string;
};
/** What either generation of the SDK tells a handler. */
export type McpContext = { sessionId?: string | undefined };
export type McpResult = { content: [{ type: 'text'; text: string }]; isError?: true };

/**
 * The handler for `server.registerTool(name, config, handler)` of an MCP server, which runs only when its exact call was approved.
 * It never waits for a person longer than a client does: the model is told that the call is pending, and calls again with the same arguments.
 * MCP has no id of a tool call, so a call is known by its caller, tool and arguments; each answer counts for one call.
 */
export const gatedHandler = <Args>(holdpoint: Holdpoint, tool: McpTool<Args>) => {
  const rounds = new Map<string, number>();
  return async (args: Args, context: McpContext = {}): Promise<McpResult> => {
    const caller = tool.caller?.(context) ?? context.sessionId ?? 'no session';
    const of = sha256Hex(canonicalJson([caller, tool.name, args]));
    let outcome: Outcome<unknown>;
    for (let spent = 0; ; spent++) {
      const round = rounds.get(of) ?? 0;
      const call = { tool: tool.name, source: 'mcp', args, idempotencyKey: `mcp ${of} ${round}` };
      outcome = await runGated(holdpoint, { waitSec: WAIT_SEC, ...tool }, call, tool.run.bind(tool));
      const open = !outcome.ran && (outcome.told.decision === 'pending' || outcome.told.decision === 'unknown');
      if (!open) remember(rounds, of, round + 1, ROUNDS_MAX);
      // Spent by an earlier call, too old to be spent, or erased since: this one is a call of its own and needs its own approval.
      if (outcome.ran || !['already_consumed', 'expired', 'erased'].includes(outcome.told.code ?? '') || spent === SPENT_MAX) break;
    }
    return { content: [{ type: 'text', text: textFor(outcome) }], ...(!outcome.ran && { isError: true as const }) };
  };
};
