import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startIngest, type RunningIngest } from '../ingest/a-running-ingest.ts';
import { aMessage, gateCall, send } from './a-message.ts';

const EXTENSION = 'io.modelcontextprotocol/tasks';
const TASKS = { extensions: { [EXTENSION]: {} } };

let world: RunningIngest;
beforeAll(async () => {
  world = await startIngest();
});
afterAll(() => world.close());

let asked = 0;
const askForTask = async () => (await send(world, gateCall(`task-${++asked}`, TASKS))).result as { taskId: string };
const about = (method: string, taskId: string, capabilities: object = TASKS, more: object = {}) =>
  aMessage(method, { taskId, ...more }, capabilities);

describe('a client that declares tasks', () => {
  it('finds them among the server’s capabilities', async () => {
    const { result } = await send(world, aMessage('server/discover', {}));
    expect(result['capabilities']).toMatchObject({ tools: {}, extensions: { [EXTENSION]: {} } });
  });
  it('gets a task that is on record before its handle, and works on until somebody decides', async () => {
    const { status, result } = await send(world, gateCall(`task-${++asked}`, TASKS));
    expect(status).toBe(200);
    expect(result).toMatchObject({ resultType: 'task', status: 'working', ttlMs: null, pollIntervalMs: 5_000 });
    const taskId = result['taskId'] as string;
    expect((await world.parts.eventLog.load(`approval-${taskId}`)).events).toHaveLength(1);
    const working = (await send(world, about('tasks/get', taskId))).result;
    expect(working).toMatchObject({ resultType: 'complete', taskId, status: 'working' });
    expect(working['statusMessage']).toMatch(/^NOT approved/);
    expect(working['result']).toBeUndefined();
    await world.approve(taskId);
    expect((await send(world, about('tasks/get', taskId))).result).toMatchObject({
      resultType: 'complete',
      status: 'completed',
      result: { structuredContent: { status: 'approved', approved: true, approvalId: taskId } },
    });
  });
  it('that does not declare them on this very request gets a plain answer', async () => {
    const { result } = await send(world, gateCall(`task-${++asked}`));
    expect(result['resultType']).toBe('complete');
    expect(result.structuredContent).toMatchObject({ status: 'pending', approved: false });
  });
  it('gets the same task for the same question', async () => {
    const question = gateCall(`task-${++asked}`, TASKS);
    const [one, two] = [await send(world, question), await send(world, { ...question, id: 2 })];
    expect(two.result['taskId']).toBe(one.result['taskId']);
  });
  it('sees that nobody decided as a task that completed, with a result that approves nothing', async () => {
    const { taskId } = await askForTask();
    await world.decideAs(taskId, { type: 'ExpireApproval', now: '2999-01-01T00:00:00.000Z' });
    expect((await send(world, about('tasks/get', taskId))).result).toMatchObject({
      status: 'completed',
      result: { structuredContent: { approved: false } },
    });
  });
  it('cancels one, which takes the request back; once decided it stays decided', async () => {
    const [one, two] = [await askForTask(), await askForTask()];
    expect((await send(world, about('tasks/cancel', one.taskId))).result['resultType']).toBe('complete');
    expect((await send(world, about('tasks/get', one.taskId))).result).toMatchObject({ status: 'cancelled' });
    await world.approve(two.taskId);
    expect((await send(world, about('tasks/cancel', two.taskId))).error).toBeUndefined();
    expect((await send(world, about('tasks/get', two.taskId))).result).toMatchObject({ status: 'completed' });
  });
  it('may answer what was never asked: nothing happens', async () => {
    const { taskId } = await askForTask();
    const update = about('tasks/update', taskId, TASKS, { inputResponses: { approve: { action: 'accept', content: { approved: true } } } });
    expect((await send(world, update)).result['resultType']).toBe('complete');
    expect((await send(world, about('tasks/get', taskId))).result).toMatchObject({ status: 'working' });
  });
});

describe('a task', () => {
  it.each(['tasks/get', 'tasks/update', 'tasks/cancel'])('is not to be reached by %s without declaring tasks', async method => {
    const { taskId } = await askForTask();
    const { error } = await send(world, about(method, taskId, {}));
    expect(error).toMatchObject({ code: -32_021, data: { requiredCapabilities: { extensions: { [EXTENSION]: {} } } } });
  });
  it.each(['tasks/get', 'tasks/update', 'tasks/cancel'])('of another organisation, or none at all, is unknown to %s', async method => {
    const { taskId } = await askForTask();
    expect((await send(world, about(method, taskId), { key: world.keys.foreign })).error).toMatchObject({ code: -32_602 });
    expect((await send(world, about(method, 'apr_nothing'))).error).toMatchObject({ code: -32_602 });
    expect((await send(world, about('tasks/get', taskId))).result).toMatchObject({ status: 'working' });
  });
  it('of another agent is not cancelled', async () => {
    const { taskId } = await askForTask();
    expect((await send(world, about('tasks/cancel', taskId), { key: world.keys.second })).error).toMatchObject({ code: -32_602 });
    expect((await send(world, about('tasks/get', taskId))).result).toMatchObject({ status: 'working' });
  });
});
