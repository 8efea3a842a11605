import { actionHash, parseArguments, type Decision } from '@holdpoint/sdk';
import { expect } from 'vitest';
import { callId, type Gate } from './a-gate.ts';
import { hasPython, startPython, type Python } from './a-python.ts';
import { APPROVED, TOOL } from './promised-calls.ts';

type Answer = { status: number; code?: string; matchesApproval?: boolean; errors?: { pointer: string }[] };

/** Hash of the call that was approved. */
export const APPROVED_HASH = actionHash({ tool: TOOL, args: parseArguments(APPROVED) });

/** `holds`, or the code of the refusal. */
export const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
  return 'holds';
};

/** Asks, decides and spends on a running instance, and asks the Python package for the same. */
export const aPromise = (gate: Gate) => {
  const python: Python | undefined = hasPython ? startPython(gate.world.url, gate.world.keys.live) : undefined;
  /** A request for the approved call. */
  const ask = async (args = parseArguments(APPROVED)): Promise<string> => {
    gate.from('nobody');
    const words = { contextSummary: 'Broken', proposedAction: 'Refund $50', entityId: 'A-1', riskLevel: 'high' as const };
    const { id } = await gate.holdpoint.request({
      source: 'custom',
      threadId: 'promise',
      toolCallId: callId(),
      arguments: words,
      action: { name: TOOL, args },
    });
    return id;
  };
  const decisionOf = async (id: string): Promise<Decision> => (await gate.holdpoint.waitForDecision(id, { timeoutSec: 10 }))!;
  const approved = async (args?: Record<string, unknown>): Promise<Decision> => {
    const id = await ask(args);
    await gate.ada.approve(id);
    return decisionOf(id);
  };
  const post = async (path: string, body: object | string, key?: string): Promise<Answer> => {
    const response = await gate.world.call('POST', path, body, key === undefined ? {} : { key });
    return { ...((await response.json()) as object), status: response.status };
  };
  const consume = (id: string, hash: string, key?: string) => post(`/v1/approvals/${id}/consume`, { actionHash: hash }, key);
  const report = (id: string, hash: string) => post(`/v1/approvals/${id}/executions`, { actionHash: hash, outcome: 'succeeded' });
  const inPython = async (does: Parameters<Python['ask']>[0], given: object, expected: string): Promise<void> => {
    if (python) expect(await python.ask(does, given), `Python: ${does}`).toBe(expected);
  };
  return { ask, approved, decisionOf, post, consume, report, inPython, close: () => python?.close() };
};

export type Promised = ReturnType<typeof aPromise>;
