/** One misbehaviour, spent by the next request it matches. */
export type AssistantsFault = {
  on: 'submit' | 'retrieve' | 'steps' | 'newRun' | 'any';
  /** How many matching requests it spoils; 1 unless given. */
  times?: number;
} & (
  | { kind: 'dropReplyAfterApply' }
  /** Applies the request, and answers only after this time. */
  | { kind: 'delay'; ms: number }
  | { kind: 'status'; status: 429 | 500 | 502 | 503; retryAfterMs?: number }
);

/** The faults that are still to come, first set first spent. */
export const openFaults = () => {
  const faults: { fault: AssistantsFault; left: number }[] = [];
  return {
    add: (fault: AssistantsFault): void => void faults.push({ fault, left: fault.times ?? 1 }),
    /** @param parts path parts after `/v1` */
    take: (method: string, parts: readonly string[]): AssistantsFault | undefined => {
      const on = kindOf(method, parts);
      const index = faults.findIndex(({ fault }) => fault.on === on || fault.on === 'any');
      const entry = faults[index];
      if (entry === undefined) return undefined;
      entry.left -= 1;
      if (entry.left <= 0) faults.splice(index, 1);
      return entry.fault;
    },
  };
};

const kindOf = (method: string, parts: readonly string[]): AssistantsFault['on'] | 'other' => {
  const last = parts.at(-1);
  if (last === 'submit_tool_outputs') return 'submit';
  if (last === 'steps') return 'steps';
  if (method === 'POST' && last === 'runs') return 'newRun';
  return method === 'GET' && parts[2] === 'runs' && parts[3] !== undefined ? 'retrieve' : 'other';
};
