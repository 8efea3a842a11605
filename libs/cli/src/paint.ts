import { styleText } from 'node:util';
import type { Io } from './io.ts';

/** What a colour says; the words say it too, since not everybody sees colours. */
export type Tone = 'good' | 'doubtful' | 'bad' | 'faint' | 'strong';
const STYLES = { good: 'green', doubtful: 'yellow', bad: 'red', faint: 'dim', strong: 'bold' } as const;

/** Whether to colour: on a terminal only, and not where the person (`NO_COLOR`, no-color.org) or the terminal (`TERM=dumb`) does not want it. */
export const wantsColours = (env: Io['env'], isTerminal: boolean | undefined): boolean =>
  isTerminal === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';

/** Colours a text, or leaves it as it is. */
export const paint = ({ colours = false }: Pick<Io, 'colours'>, tone: Tone, text: string): string =>
  colours ? styleText(STYLES[tone], text, { validateStream: false }) : text;

/** Text of an agent or another person as one line of a terminal: control characters could move the cursor or recolour what stands around it. */
export const plain = (text: string, charsMax = 200): string => {
  const line = text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  return line.length <= charsMax
    ? line
    : `${Array.from(line)
        .slice(0, charsMax - 1)
        .join('')}…`;
};
