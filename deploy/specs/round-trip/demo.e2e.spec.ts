import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));

type Scene = {
  scene: string;
  approvalId: string;
  status: string;
  runStatus: string;
  answer: string;
  mails: number;
  eventTypes: string[];
  callbackSignature: string;
  receipt: string;
};

describe('npm run demo -- --auto --json', () => {
  let scenes: Record<string, Scene>;

  beforeAll(() => {
    const result = spawnSync('npm', ['run', '-s', 'demo', '--', '--auto', '--json'], { cwd: root, encoding: 'utf8', timeout: 110_000 });
    expect(result.status, result.stderr).toBe(0);
    const report = JSON.parse(result.stdout.trim().split('\n').at(-1)!) as { scenes: Scene[] };
    scenes = Object.fromEntries(report.scenes.map(scene => [scene.scene, scene]));
  }, 120_000);

  it('approves: the paused run goes on and finishes with the action as asked', () => {
    expect(scenes['approve']).toMatchObject({
      status: 'approved',
      runStatus: 'completed',
      callbackSignature: 'verified',
      receipt: 'verified',
    });
    expect(scenes['approve']!.answer).toContain('$245');
    expect(scenes['approve']!.mails).toBeGreaterThanOrEqual(1);
    expect(scenes['approve']!.eventTypes).toEqual(
      expect.arrayContaining([
        'ApprovalRequested',
        'GateEvaluated',
        'ReviewStepOpened',
        'NotificationSent',
        'ApprovalGranted',
        'CallbackDelivered',
        'RunResumed',
      ]),
    );
  });

  it('modifies: the run gets the edited action, which went through the gate again', () => {
    expect(scenes['modify']).toMatchObject({ status: 'modified', runStatus: 'completed', callbackSignature: 'verified' });
    expect(scenes['modify']!.answer).toContain('$90');
    const types = scenes['modify']!.eventTypes;
    expect(types.filter(type => type === 'GateEvaluated')).toHaveLength(2);
    expect(types).toEqual(expect.arrayContaining(['ActionModified', 'ApprovalGrantedWithChanges']));
  });

  it('times out: it escalates, expires, and the run hears that it is not approved', () => {
    expect(scenes['timeout']).toMatchObject({ status: 'expired', runStatus: 'completed', callbackSignature: 'verified' });
    expect(scenes['timeout']!.answer).toContain('did not go ahead');
    expect(scenes['timeout']!.eventTypes).toEqual(expect.arrayContaining(['ApprovalEscalated', 'ApprovalExpired', 'CallbackDelivered']));
  });
});
