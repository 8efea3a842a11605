import type { DecisionVerb } from '@holdpoint/contracts';
import { newSecretToken } from './secret-token.ts';

/** What somebody has begun and has to finish within minutes, by kind. */
type Flow = {
  /** The password was right; the second factor is still to be shown. */
  secondFactor: { operatorId: string; email: string; tries: number };
  passkeySignIn: { challenge: string };
  passkeyAdd: { operatorId: string; challenge: string };
  oidc: { tenant: string; issuer: string; state: string; nonce: string; verifier: string };
  stepUp: { operatorId: string; approvalId: string; verb: DecisionVerb; actionHash: string; challenge: string };
};
export type FlowKind = keyof Flow;

/** How long each may take, seconds. A proof for one action is fresh for a minute (OWASP ASVS 5.0.0, 7.5.3). */
export const FLOW_SEC: Readonly<Record<FlowKind, number>> = {
  secondFactor: 300,
  passkeySignIn: 300,
  passkeyAdd: 300,
  oidc: 600,
  stepUp: 60,
};
/** Flows under way in this process; the oldest give way. */
const FLOWS_MAX = 10_000;

export type Flows = {
  /** @returns the flow's token: whoever has it goes on, so it stays in the page that began */
  begin<K extends FlowKind>(kind: K, flow: Flow[K]): string;
  /** The flow, which goes on. Null for another kind, one that is over, or one that never was. */
  look<K extends FlowKind>(kind: K, token: string): Flow[K] | null;
  /** The flow, which ends by it: a challenge is answered once. */
  take<K extends FlowKind>(kind: K, token: string): Flow[K] | null;
};

/** Kept in memory: a restart forgets what was half done, and people begin again. */
export const openFlows = (nowMs: () => number): Flows => {
  const flows = new Map<string, { kind: FlowKind; flow: Flow[FlowKind]; endsMs: number }>();
  const look = <K extends FlowKind>(kind: K, token: string): Flow[K] | null => {
    const found = flows.get(token);
    return found !== undefined && found.kind === kind && found.endsMs > nowMs() ? (found.flow as Flow[K]) : null;
  };
  return {
    begin: (kind, flow) => {
      for (const token of flows.keys()) {
        if (flows.size < FLOWS_MAX) break;
        flows.delete(token);
      }
      const token = newSecretToken();
      flows.set(token, { kind, flow, endsMs: nowMs() + FLOW_SEC[kind] * 1_000 });
      return token;
    },
    look,
    take: (kind, token) => {
      const flow = look(kind, token);
      if (flow !== null) flows.delete(token);
      return flow;
    },
  };
};
