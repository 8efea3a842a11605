import { usage } from './stop.ts';
import { textOf, type Given } from './command.ts';

/** The words of a command, exactly as many as it takes. @param names what each is, for who gave too few or too many */
export const wordsOf = ({ words }: Given, ...names: string[]): string[] => {
  if (words.length !== names.length) throw usage(`Name ${names.map(name => `<${name}>`).join(' ')}, and nothing else.`);
  return [...words];
};

/** A number of seconds. @throws Stop for anything else */
export const secondsOf = (given: Given, name: string): number | undefined => {
  const text = textOf(given, name);
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (text.trim() === '' || !(seconds >= 0) || !Number.isFinite(seconds)) throw usage(`--${name} must be a number of seconds, not ${text}`);
  return seconds;
};

/** An id as part of a path. */
export const inPath = (id: string): string => encodeURIComponent(id);
