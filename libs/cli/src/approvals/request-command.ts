import type { ApprovalRequest } from '@holdpoint/sdk';
import { AGENT_HELP, AGENT_OPTIONS, agentsApi, agentsUrlOf, answered } from '../api/agents-api.ts';
import { isSet, textOf, type Command, type Given } from '../command.ts';
import { jsonIn, objectIn } from '../input.ts';
import type { Io } from '../io.ts';
import { say } from '../said.ts';
import { EXIT, usage } from '../stop.ts';
import { secondsOf } from '../words.ts';
import { exitOf, outcomeLines } from './outcome.ts';

/** `holdpoint request`: asks as an agent's app does, and may wait for the answer. */
export const requestCommand: Command = {
  name: 'request',
  takes: '[<file> | -]',
  summary: 'Ask for an approval, as an agent does; --wait waits for the decision',
  options: {
    ...AGENT_OPTIONS,
    tool: { type: 'string' },
    args: { type: 'string' },
    proposed: { type: 'string' },
    summary: { type: 'string' },
    entity: { type: 'string' },
    risk: { type: 'string' },
    deadline: { type: 'string' },
    'idempotency-key': { type: 'string' },
    wait: { type: 'boolean' },
    timeout: { type: 'string' },
  },
  help: {
    '<file>, -': 'The whole request as JSON, in a file or on standard input; else the options below say it.',
    '--tool <name>': 'The tool that would run.',
    '--args <json>': 'Its arguments, a JSON object; {} unless given.',
    '--proposed <text>': 'What would happen, in one sentence.',
    '--summary <text>': 'What a person has to know; what is proposed unless given.',
    '--entity <id>': 'What it is about.',
    '--risk <level>': 'low, medium (unless given), high or critical.',
    '--deadline <sec>': 'Until when somebody has to decide; afterwards it is not approved.',
    '--idempotency-key <key>': 'A repeat with the same key is the same request.',
    '--wait': 'Wait for the decision: exit code 0 approved, 1 not approved, 4 nobody has decided yet.',
    '--timeout <sec>': 'How long to wait; as long as the request lives unless given.',
    ...AGENT_HELP,
  },
  run: async (given, io) => {
    const url = agentsUrlOf(given, io);
    const api = agentsApi(given, io);
    const timeoutSec = secondsOf(given, 'timeout');
    const body = (await bodyOf(given, io)) as ApprovalRequest;
    const idempotencyKey = textOf(given, 'idempotency-key');
    const accepted = await answered(api.request(body, idempotencyKey === undefined ? {} : { idempotencyKey }), url);
    if (!isSet(given, 'wait')) {
      say(given, io, { ...accepted }, [`${accepted.id} is ${accepted.status}. Wait for it: holdpoint wait ${accepted.id}`]);
      return EXIT.done;
    }
    io.err(`${accepted.id} waits for a decision.`);
    const approval = await answered(api.wait(accepted.id, { timeoutSec, signal: io.signal }), url);
    say(given, io, { ...approval }, outcomeLines(io, approval));
    return exitOf(approval);
  },
};

const bodyOf = async (given: Given, io: Io): Promise<Record<string, unknown>> => {
  const [file, ...rest] = given.words;
  const tool = textOf(given, 'tool');
  if (rest.length > 0 || (file !== undefined) === (tool !== undefined))
    throw usage('Give either one file with the request (- for standard input), or --tool with --proposed and --entity.');
  const deadlineSec = secondsOf(given, 'deadline');
  const deadline = deadlineSec === undefined ? {} : { deadlineSec };
  if (file !== undefined) return { ...(await jsonIn(file, io)), ...deadline };
  const [proposed, entity] = [textOf(given, 'proposed'), textOf(given, 'entity')];
  if (proposed === undefined || entity === undefined)
    throw usage('--tool needs --proposed <text> and --entity <id>: a person has to know what and about what.');
  return {
    source: 'custom',
    arguments: {
      contextSummary: textOf(given, 'summary') ?? proposed,
      proposedAction: proposed,
      entityId: entity,
      riskLevel: textOf(given, 'risk') ?? 'medium',
    },
    action: { name: tool, args: objectIn(textOf(given, 'args') ?? '{}', '--args') },
    ...deadline,
  };
};
