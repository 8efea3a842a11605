import { DirectoryBehind, openDirectory, type Directory } from '@holdpoint/directory';
import { EventUnreadable, type EventLog } from '@holdpoint/event-log';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aRunningLog, by, granted, joined, type RunningLog } from '../event-log/a-running-log.ts';

let running: RunningLog;
let directory: Directory;
beforeAll(async () => {
  running = await aRunningLog();
  await running.log.append('operator-opr_a', [joined(), granted('senior')], by('none'));
  directory = await openDirectory(running.log);
});
afterAll(async () => {
  await directory.close();
  await running.end();
});

describe('a directory on a log', () => {
  it('opens with everything that was there before', () => {
    expect(directory.operator('opr_a')).toMatchObject({ name: 'Ada', roles: ['senior'] });
  });
  it('has a change when its writer asks for the position it wrote', async () => {
    let changes = 0;
    const stop = directory.onChange(() => void changes++);
    const { position } = await running.log.append('operator-opr_a', [granted('owner')], by(1));
    await directory.atLeast(position);
    expect(directory.operator('opr_a')?.roles).toEqual(['senior', 'owner']);
    expect(changes).toBe(1);
    stop();
    await directory.atLeast((await running.log.append('operator-opr_a', [granted('operator')], by(2))).position);
    expect(changes).toBe(1);
  });
  it('says so when a position does not come', async () => {
    await expect(directory.atLeast('999999999999', 50)).rejects.toBeInstanceOf(DirectoryBehind);
  });
  it('goes on after the store was away', async () => {
    await running.stopStore();
    await running.startStore();
    const { position } = await running.log.append('operator-opr_b', [joined('opr_b', 'Bo')], by('none'));
    await directory.atLeast(position);
    expect(directory.operator('opr_b')).toMatchObject({ name: 'Bo' });
  });
  it('does not open with settings it cannot read', async () => {
    const blind: Pick<EventLog, 'subscribe' | 'open'> = {
      subscribe: options => running.log.subscribe(options),
      open: event => running.log.open({ ...event, id: 'another' }),
    };
    await expect(openDirectory(blind)).rejects.toBeInstanceOf(EventUnreadable);
  });
});
