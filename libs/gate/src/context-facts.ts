import type { GateFacts } from '@holdpoint/contracts';
import type { CompiledPolicy } from './compile-policy.ts';
import type { GateContext } from './context.ts';
import { timeFacts } from './on-call/working-hours.ts';

/** Adds what the policy's rules read beside the request: the time in its zone, and its history facts. Nothing for rules that read neither. */
export const addContextFacts = ({ document, uses }: CompiledPolicy, facts: GateFacts, problems: string[], context: GateContext): void => {
  if (document.history !== undefined) facts.history = historyOf(document.history, problems, context);
  if (uses.time) facts.time = timeFacts(document.timeZone ?? 'UTC', context.now, context.workingHours);
};

const historyOf = (wanted: NonNullable<CompiledPolicy['document']['history']>, problems: string[], { history }: GateContext) => {
  const values: Record<string, number> = {};
  for (const [name, fact] of Object.entries(wanted)) {
    const value = history?.(fact, name) ?? null;
    if (value === null) problems.push(`history.${name} is not known`);
    else values[name] = value;
  }
  return values;
};
