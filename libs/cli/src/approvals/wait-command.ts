import { AGENT_HELP, AGENT_OPTIONS, agentsApi, agentsUrlOf, answered } from '../api/agents-api.ts';
import type { Command } from '../command.ts';
import { say } from '../said.ts';
import { secondsOf, wordsOf } from '../words.ts';
import { exitOf, outcomeLines } from './outcome.ts';

/** `holdpoint wait`: ends when somebody has decided. It holds nothing but the id: ended, it is started again. */
export const waitCommand: Command = {
  name: 'wait',
  takes: '<id>',
  summary: 'Wait for a decision: exit code 0 approved, 1 not approved, 4 nobody has decided yet',
  options: { ...AGENT_OPTIONS, timeout: { type: 'string' } },
  help: { '--timeout <sec>': 'How long to wait; as long as the request lives unless given.', ...AGENT_HELP },
  run: async (given, io) => {
    const [id = ''] = wordsOf(given, 'id');
    const options = { timeoutSec: secondsOf(given, 'timeout'), signal: io.signal };
    const [api, url] = [agentsApi(given, io), agentsUrlOf(given, io)];
    // Waiting outlives failures that pass; a wrong address or id is to be told at once.
    await answered(api.get(id), url);
    const approval = await answered(api.wait(id, options), url);
    say(given, io, { ...approval }, outcomeLines(io, approval));
    return exitOf(approval);
  },
};
