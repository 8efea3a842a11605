import { TOOL_VARIANTS } from '@holdpoint/contracts';
import { textOf, type Command } from '../command.ts';
import { EXIT, usage } from '../stop.ts';
import { TOOL_FORMATS, toolDefinition } from './tool-definition.ts';

/** `holdpoint tools`: the definition of the gate tool, to paste into an agent. */
export const toolsCommand: Command = {
  name: 'tools',
  takes: '--format <format>',
  summary: 'Print the definition of request_human_approval for a model provider',
  options: { format: { type: 'string' }, variant: { type: 'string' } },
  help: {
    '--format <format>': `${TOOL_FORMATS.join(', ')}. Assistants and Chat Completions take openai, the Responses API takes openai-responses.`,
    '--variant <variant>': 'minimal (four parameters, the default) or full (adds the exact call, amount, currency, reversible, urgency).',
  },
  run: (given, io) => {
    const format = oneOf(TOOL_FORMATS, textOf(given, 'format'), '--format');
    const variant = oneOf(TOOL_VARIANTS, textOf(given, 'variant') ?? 'minimal', '--variant');
    if (given.words.length > 0) throw usage('tools takes no words, only --format and --variant.');
    io.out(JSON.stringify(toolDefinition(format, variant), null, given.options['json'] === true ? 0 : 2));
    return EXIT.done;
  },
};

const oneOf = <T extends string>(known: readonly T[], value: string | undefined, option: string): T => {
  const found = known.find(name => name === value);
  if (found === undefined) throw usage(`${option} must be one of ${known.join(', ')}.`);
  return found;
};
