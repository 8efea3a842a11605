import { isSet, type Command } from '../command.ts';
import { EXIT, usage } from '../stop.ts';
import { wordsOf } from '../words.ts';
import { SHELLS, type Shell } from './shells.ts';

/** `holdpoint completion`: what a shell reads so that Tab completes commands and options. @param commands all of them, asked when it runs */
export const completionCommand = (commands: () => readonly Command[]): Command => ({
  name: 'completion',
  takes: `<${Object.keys(SHELLS).join(' | ')}>`,
  summary: 'Completion for a shell; for example: source <(holdpoint completion bash)',
  options: {},
  help: {},
  run: (given, io) => {
    const [shell = ''] = wordsOf(given, 'shell');
    if (!(shell in SHELLS)) throw usage(`Name one of ${Object.keys(SHELLS).join(', ')}, not ${shell}.`);
    const script = SHELLS[shell as Shell](commands());
    io.out(isSet(given, 'json') ? JSON.stringify({ ok: true, shell, script }) : script);
    return EXIT.done;
  },
});
