import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  commandSubject,
  streamOf,
  type CommandReply,
  type DecisionCommand,
  type DecisionVerb,
  type TerminalData,
  type VerbBody,
} from '@holdpoint/contracts';
import { decision } from '@holdpoint/decision';
import { newId, verifyReceipt } from '@holdpoint/sealing';
import { registry, type RunningService } from '@holdpoint/service-kit';
import { evaluation, type EvaluationOptions, hashOf, ordinarily, refund, type RefundOptions, routeStep } from '@holdpoint/testing';
import { OTHER_ORG, openOrganisation, ORG, type Organisation } from './an-organisation.ts';

let world: Organisation;
let running: RunningService;
const start = async (env: Record<string, string> = {}): Promise<void> => {
  running = await decision.start(decision.readConfig({ ...world.env, DECISION_GATE_WAIT_MS: '300', ...env }), world.serviceParts);
};
beforeAll(async () => {
  world = await openOrganisation();
  await start();
});
afterAll(async () => {
  await running.close();
  await world.close();
});

type Sent = Partial<Omit<DecisionCommand, 'body'>> & { body?: VerbBody };
const send = (verb: DecisionVerb, approvalId: string, { body = {}, ...more }: Sent = {}): Promise<CommandReply> => {
  const command: DecisionCommand = {
    approvalId,
    tenant: ORG,
    operatorId: 'opr_ada',
    channel: 'console',
    commandId: newId('cmd'),
    body,
    ...more,
  };
  return world.parts.messaging.request<CommandReply>(commandSubject(verb), command, { timeoutMs: 8_000 });
};
const gate = (options: EvaluationOptions = {}) =>
  ({ type: 'ApplyGate', ...ordinarily, evaluation: evaluation(options), now: world.serviceParts.now() }) as const;
const pending = async (options: RefundOptions = {}, gated: EvaluationOptions = {}): Promise<string> => {
  const id = await world.ask(options);
  await world.record(id, gate(gated));
  return id;
};
const endOf = async (id: string): Promise<TerminalData> => {
  const state = await world.state(id);
  if (state.status !== 'closed') throw new Error(`${id} is not closed`);
  return state.end;
};
const streamReads = async (): Promise<number> => {
  const metric = await registry.getSingleMetric('holdpoint_decision_stream_reads_total')?.get();
  return metric?.values[0]?.value ?? 0;
};

describe('a person who approves', () => {
  it('gets the decision back; it is in the log with a receipt that verifies', async () => {
    const id = await pending();
    const reply = await send('approve', id, { body: { note: 'fine' } });
    expect(reply).toMatchObject({
      outcome: 'done',
      status: 'approved',
      revision: 4,
      decision: {
        decision: 'approved',
        note: 'fine',
        by: { id: 'opr_ada', display: 'ada', role: 'operator' },
        approvedAction: refund(245),
      },
    });
    expect(await world.types(id)).toEqual(['ApprovalRequested', 'GateEvaluated', 'ReviewStepOpened', 'StepApproved', 'ApprovalGranted']);
    const claims = verifyReceipt((await endOf(id)).receipt, world.jwks as never);
    expect(claims).toMatchObject({ sub: id, tenant: ORG, approved: true, approvedActionHash: hashOf(refund(245)) });
  });

  it('reads no stream when the log has just brought the approval', async () => {
    const id = await pending();
    // The follower may still be behind the append; whoever sees the request in an inbox is behind it too.
    await new Promise(resolve => setTimeout(resolve, 100));
    const before = await streamReads();
    expect(await send('approve', id)).toMatchObject({ outcome: 'done', revision: 4 });
    expect(await streamReads()).toBe(before);
  });

  it('decides once, however often the same click arrives', async () => {
    const id = await pending();
    const commandId = newId('cmd');
    const replies = await Promise.all([1, 2, 3].map(() => send('approve', id, { commandId })));
    for (const reply of [...replies, await send('approve', id, { commandId })])
      expect(reply).toMatchObject({ outcome: 'done', status: 'approved', revision: 4 });
    expect(await world.types(id)).toHaveLength(5);
  });

  it('comments once, however often the same comment arrives', async () => {
    const id = await pending();
    const commandId = newId('cmd');
    for (let sent = 0; sent < 3; sent += 1)
      expect(await send('comment', id, { commandId, body: { note: 'hm' } })).toMatchObject({ revision: 3 });
    expect((await world.types(id)).filter(type => type === 'CommentAdded')).toHaveLength(1);
  });
});

describe('a decision that is refused', () => {
  it('names the winner of the race, and goes on record', async () => {
    const id = await pending();
    await send('reject', id, { operatorId: 'opr_cleo' });
    expect(await send('approve', id)).toMatchObject({
      outcome: 'refused',
      code: 'already_decided',
      detail: expect.stringContaining('rejected, by cleo'),
      by: { id: 'opr_cleo' },
    });
    expect((await world.events(id)).at(-1)).toMatchObject({
      type: 'DecisionRefused',
      data: { verb: 'approve', code: 'already_decided', by: { id: 'opr_ada' } },
    });
  });

  it('names the rule, and cannot flood the stream', async () => {
    const id = await pending();
    for (let attempt = 0; attempt < 25; attempt += 1)
      expect(await send('approve', id, { operatorId: 'opr_vera' })).toMatchObject({ outcome: 'refused', code: 'not_eligible' });
    expect((await world.types(id)).filter(type => type === 'DecisionRefused')).toHaveLength(20);
    expect(await send('approve', id)).toMatchObject({ outcome: 'done' });
  });

  it('is recorded once when the same click is refused twice', async () => {
    const id = await pending();
    const commandId = newId('cmd');
    for (let sent = 0; sent < 2; sent += 1) await send('approve', id, { operatorId: 'opr_vera', commandId });
    expect((await world.types(id)).filter(type => type === 'DecisionRefused')).toHaveLength(1);
  });

  it('tells other organisations nothing', async () => {
    const id = await pending();
    const nothing = { outcome: 'refused', code: 'not_found', detail: 'There is no such approval.' };
    expect(await send('approve', id, { tenant: OTHER_ORG, operatorId: 'opr_zoe' })).toEqual(nothing);
    expect(await send('approve', `apr_${'a'.repeat(26)}`)).toEqual(nothing);
    expect(await send('approve', id, { operatorId: 'opr_zoe' })).toMatchObject({ code: 'not_eligible' });
    expect(await world.types(id)).toHaveLength(3);
  });

  it('bars the owner of the agent where the step says so', async () => {
    const id = await pending({}, { steps: [routeStep({ excludeRequester: true })] });
    expect(await send('approve', id, { operatorId: 'opr_ben' })).toMatchObject({ code: 'requester_excluded' });
    expect(await send('approve', id, { operatorId: 'opr_ada' })).toMatchObject({ outcome: 'done' });
  });

  it('is never based on memory alone', async () => {
    const id = await pending({}, { steps: [routeStep({ approvers: { roles: ['operator'], operators: [] } })] });
    expect(await send('approve', id, { operatorId: 'opr_cleo' })).toMatchObject({ code: 'not_eligible' });
    await world.record(id, {
      type: 'EscalateNow',
      ...ordinarily,
      by: { id: 'opr_ada', roles: ['operator'], teams: [], onCall: [], ownsAgent: false },
      channel: 'console',
      now: world.serviceParts.now(),
    });
    expect(await send('approve', id, { operatorId: 'opr_cleo' })).toMatchObject({ outcome: 'done' });
  });
});

describe('two people in the same moment', () => {
  it('make one decision, every time', async () => {
    const ids = await Promise.all(Array.from({ length: 60 }, () => pending()));
    const outcomes = await Promise.all(
      ids.map(id =>
        Promise.all([send('approve', id), send('reject', id, { operatorId: 'opr_cleo' }), send('approve', id, { operatorId: 'opr_ben' })]),
      ),
    );
    for (const [index, replies] of outcomes.entries()) {
      expect(replies.filter(({ outcome }) => outcome === 'done')).toHaveLength(1);
      for (const reply of replies)
        if (reply.outcome === 'refused') expect(reply).toMatchObject({ code: 'already_decided', by: { kind: 'operator' } });
      const types = await world.types(ids[index] as string);
      expect(types.filter(type => ['ApprovalGranted', 'ApprovalRejected'].includes(type))).toHaveLength(1);
    }
  });

  it('and the deadline make one end', async () => {
    const ids = await Promise.all(
      Array.from({ length: 40 }, () => pending({ expiresAt: new Date(world.clock.ms + 60_000).toISOString() })),
    );
    const late = new Date(world.clock.ms + 60_000).toISOString();
    await Promise.all(ids.flatMap(id => [send('approve', id).catch(() => null), world.record(id, { type: 'ExpireApproval', now: late })]));
    for (const id of ids) {
      const types = await world.types(id);
      expect(types.filter(type => ['ApprovalGranted', 'ApprovalExpired'].includes(type))).toHaveLength(1);
    }
  });
});

describe('a decision that comes before the rules have spoken', () => {
  it('waits for them', async () => {
    const id = await world.ask();
    const reply = send('approve', id);
    await new Promise(resolve => setTimeout(resolve, 60));
    await world.record(id, gate());
    expect(await reply).toMatchObject({ outcome: 'done', status: 'approved' });
  });

  it('is refused when they stay silent', async () => {
    expect(await send('approve', await world.ask())).toMatchObject({ outcome: 'refused', code: 'not_yet_gated' });
  });
});

describe('a decision on what a person saw', () => {
  it('holds while only others came and went', async () => {
    const id = await pending();
    await send('claim', id, { operatorId: 'opr_cleo' });
    await send('release', id, { operatorId: 'opr_cleo' });
    expect(await send('approve', id, { body: { expectedRevision: 2 } })).toMatchObject({ outcome: 'done' });
  });

  it('does not hold once something that matters has changed, or for a view from the future', async () => {
    const id = await pending();
    await send('comment', id, { operatorId: 'opr_cleo', body: { note: 'Do not!' } });
    expect(await send('approve', id, { body: { expectedRevision: 2 } })).toMatchObject({ code: 'revision_conflict' });
    expect(await send('approve', id, { body: { expectedRevision: 99 } })).toMatchObject({ code: 'revision_conflict' });
    expect(await send('approve', id, { body: { expectedRevision: 3 } })).toMatchObject({ outcome: 'done' });
  });
});

describe('an edit', () => {
  it('is hashed, gated again under the active policy, and granted with changes', async () => {
    const id = await pending();
    const reply = await send('modify', id, { body: { action: refund(200) } });
    expect(reply).toMatchObject({
      outcome: 'done',
      status: 'modified',
      decision: { binding: { approvedActionHash: hashOf(refund(200)) } },
    });
    expect((await endOf(id)).private.approvedAction).toEqual(refund(200));
  });

  it('above the threshold waits for a senior who has seen it', async () => {
    const id = await pending();
    expect(await send('modify', id, { body: { action: refund(2_000) } })).toMatchObject({
      outcome: 'done',
      status: 'pending',
      revision: 5,
    });
    expect(await send('approve', id)).toMatchObject({ code: 'not_eligible' });
    expect(await send('approve', id, { operatorId: 'opr_cleo' })).toMatchObject({ code: 'action_mismatch' });
    expect(await send('approve', id, { operatorId: 'opr_cleo', body: { action: refund(2_000) } })).toMatchObject({ status: 'modified' });
  });

  it('is checked against the schema of the arguments', async () => {
    const argsSchema = { type: 'object', properties: { amount: { maximum: 245 } } };
    const id = await pending({ private: { argsSchema } });
    expect(await send('modify', id, { body: { action: refund(246) } })).toMatchObject({
      code: 'invalid_action',
      detail: 'args/amount must be <= 245',
    });
    expect(await send('modify', id)).toMatchObject({ code: 'invalid_action', detail: expect.stringContaining('`action`') });
  });

  it('against a schema made to take for ever is refused in time, and nobody else waits', async () => {
    const argsSchema = { properties: { order_id: { pattern: '^(a+)+$' } } };
    const id = await pending({ private: { argsSchema } });
    const edited = { ...refund(245), args: { ...refund(245).args, order_id: `${'a'.repeat(40)}!` } };
    const started = performance.now();
    expect(await send('modify', id, { body: { action: edited } })).toMatchObject({
      code: 'invalid_action',
      detail: expect.stringContaining('took longer'),
    });
    // Twice: what memory says is read again before a refusal.
    expect(performance.now() - started).toBeLessThan(2_500);
    expect(await send('approve', id)).toMatchObject({ outcome: 'done' });
  });
});

describe('a service that starts again', () => {
  it('decides on what was asked before, and on more approvals than it keeps at hand', async () => {
    const ids = await Promise.all(Array.from({ length: 40 }, () => pending()));
    await running.close();
    await start({ DECISION_OPEN_APPROVALS_MAX: '16' });
    for (const id of ids) expect(await send('approve', id)).toMatchObject({ outcome: 'done', revision: 4 });
    const later = await Promise.all(Array.from({ length: 40 }, () => pending()));
    for (const id of later) expect(await send('reject', id)).toMatchObject({ outcome: 'done', status: 'rejected' });
  });
});

describe('a store that is away', () => {
  it('fails the command, which may be sent again and is carried out once', async () => {
    const id = await pending();
    const commandId = newId('cmd');
    await world.stopStore();
    await expect(send('approve', id, { commandId })).rejects.toThrow();
    await world.startStore();
    let reply: CommandReply | null = null;
    for (let attempt = 0; attempt < 20 && reply === null; attempt += 1) reply = await send('approve', id, { commandId }).catch(() => null);
    expect(reply).toMatchObject({ outcome: 'done', status: 'approved', revision: 4 });
    const { events } = await world.parts.eventLog.load(streamOf.approval(id));
    expect(events).toHaveLength(5);
  });
});
