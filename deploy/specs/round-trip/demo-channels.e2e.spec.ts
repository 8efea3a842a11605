import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const demo = (...args: string[]) =>
  spawnSync('npm', ['run', '-s', 'demo', '--', ...args], { cwd: root, encoding: 'utf8', timeout: 110_000 });

describe('npm run demo -- --channel', () => {
  // One whose buttons decide at once, and one that answers by a code, whose hook has to be entered at the provider first.
  it.each(['telegram', 'sms'])(
    '%s: set up, proved, asked, answered from there, and the run goes on',
    channel => {
      const { status, stdout, stderr } = demo('--channel', channel, '--json');
      expect(status, stderr).toBe(0);
      const report = JSON.parse(stdout.trim().split('\n').at(-1)!) as Record<string, unknown> & { eventTypes: string[]; legsMs: object };
      expect(report).toMatchObject({
        channel,
        approvalId: expect.stringMatching(/^apr_/),
        addressId: expect.stringMatching(/^adr_/),
        test: 'sent',
        status: 'approved',
        runStatus: 'completed',
        callbackSignature: 'verified',
        receipt: 'verified',
      });
      expect(report['answer']).toContain('$60');
      expect(report.eventTypes).toEqual(
        expect.arrayContaining(['NotificationSent', 'ChannelReplyAccepted', 'ApprovalGranted', 'CallbackDelivered', 'RunResumed']),
      );
      for (const ms of Object.values({ ...report.legsMs, ...(report['setupMs'] as object) })) expect(ms).toBeGreaterThanOrEqual(0);
    },
    120_000,
  );

  it('names the channels there are, before anything is started', () => {
    const { status, stderr } = demo('--channel', 'pigeon');
    expect(status).toBe(2);
    for (const known of ['telegram', 'slack', 'teams', 'email', 'sms', 'whatsapp', 'voice', 'push', 'messenger', 'instagram'])
      expect(stderr).toContain(known);
  });
});
