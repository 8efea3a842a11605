import { readFileSync } from 'node:fs';
import { parseStrictJson } from '@holdpoint/sealing';
import type { Io } from './io.ts';
import { usage } from './stop.ts';

/**
 * A JSON object from a file, or from standard input for `-`: what may hold secrets or is long does not go on the command line.
 * @throws Stop when it cannot be read, is no strict JSON, or no object
 */
export const jsonIn = async (file: string, io: Io): Promise<Record<string, unknown>> => {
  const text = file === '-' ? await inputOf(io) : contentOf(file);
  return objectIn(text, file === '-' ? 'standard input' : file);
};

/** @param where named in the message when the text is no JSON object */
export const objectIn = (text: string, where: string): Record<string, unknown> => {
  let value: unknown;
  try {
    value = parseStrictJson(Buffer.from(text));
  } catch (error) {
    // Only the place is said: the text may hold a secret.
    throw usage(`${where} is no JSON that can be used: ${(error as Error).message}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw usage(`${where} must hold a JSON object`);
  return value as Record<string, unknown>;
};

const inputOf = async (io: Io): Promise<string> => {
  if (io.input === undefined) throw usage('There is no standard input here; name a file.');
  return io.input();
};

const contentOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw usage(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`);
  }
};
