import { decision, type Decision } from '@holdpoint/contracts';

/**
 * What a resumer gets as `output` where the framework's answer depends on what waits at that moment: the decision itself, as text. It
 * is turned into the framework's words, and checked against the waiting call, only then.
 */
export const carryDecision = (given: Decision): string => JSON.stringify({ ...given, state: null, receipt: '' });

/** @returns the decision a text carries, or null for anything else: what cannot be read is no approval. */
export const carriedDecision = (output: string): Decision | null => {
  try {
    const read = decision.safeParse(JSON.parse(output));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
};
