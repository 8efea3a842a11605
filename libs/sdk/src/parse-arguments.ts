import { StrictJsonError, type StrictJsonLimits } from './strict-json-error.ts';
import { firstFault } from './strict-json-fault.ts';

/** The limits of the server's own parser (nesting, keys), so that what passes here is not refused there. */
const LIMITS: StrictJsonLimits = { depthMax: 64, keysMax: 10_000 };

/**
 * Parses the arguments a model wrote, so that the person who approves them and the tool that runs cannot read them differently:
 * `JSON.parse` alone keeps the last of two equal keys and rounds large integers.
 * @param text a JSON object; an empty text is no arguments, as some models write it
 * @throws StrictJsonError for duplicate keys, integers beyond ±(2^53−1), lone surrogates, keys that reach a prototype, and all but an object
 */
export const parseArguments = (text: string): Record<string, unknown> => {
  if (text.trim() === '') return {};
  const fault = firstFault(text, LIMITS);
  if (fault !== undefined) throw fault;
  const value: unknown = JSON.parse(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new StrictJsonError('syntax', '', 0, 'the arguments are not a JSON object');
};
