import { notification } from '@holdpoint/notification';
import { relay } from '@holdpoint/relay';
import type { RunningService } from '@holdpoint/service-kit';
import { routeStep, startSmtpCatcher, type SmtpCatcher } from '@holdpoint/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startConsole, type RunningConsole } from '../console/a-running-console.ts';

/** What is saved through the operators' API, and what people then get and may do. */
let world: RunningConsole;
let mail: SmtpCatcher;
const running: RunningService[] = [];
beforeAll(async () => {
  mail = await startSmtpCatcher();
  world = await startConsole();
  const env = {
    NOTIFICATION_PORT: '0',
    RELAY_PORT: '0',
    NOTIFICATION_SMTP_URL: mail.url,
    NOTIFICATION_EMAIL_FROM: 'Holdpoint <h@example.test>',
  };
  running.push(await notification.start(notification.readConfig(env), world.parts), await relay.start(relay.readConfig(env), world.parts));
});
afterAll(async () => {
  for (const service of running.toReversed()) await service.close();
  await world.close();
  await mail.close();
});

/** The mail about a new request, its lines put together again. */
const mailAbout = async (excludeRequester = false): Promise<{ id: string; raw: string }> => {
  const id = await world.pending({ riskLevel: 'low', agent: { id: 'assistant' } }, { steps: [routeStep({ excludeRequester })] });
  await expect.poll(() => mail.messages.some(({ raw }) => raw.includes(id)), { timeout: 10_000 }).toBe(true);
  return { id, raw: (mail.messages.find(message => message.raw.includes(id))?.raw ?? '').replaceAll('=\r\n', '') };
};

describe('what an organisation says of itself', () => {
  it('stands in the next mail: its name, and deadlines by its clock until a person has one of their own', async () => {
    const profile = { name: 'Nordwind Outdoor', initials: 'NW', timeZone: 'Asia/Kolkata', retentionNote: '' };
    expect((await mailAbout()).raw).toMatch(/\d\d:\d\d UTC/);
    await world.json('PUT', '/api/organization/profile', { profile });
    const { raw } = await mailAbout();
    expect(raw).toContain('Nordwind Outdoor');
    expect(raw).toMatch(/\d\d:\d\d \(Asia\/Kolkata\)/);
    await world.json('PUT', '/api/members/me/profile', { language: 'en', timeZone: 'Europe/Berlin' });
    expect((await mailAbout()).raw).toMatch(/\d\d:\d\d \(Europe\/Berlin\)/);
  });
});

describe('the ceiling of a channel', () => {
  const verbsIn = (raw: string) => [...raw.matchAll(/To say "(\w+)":/g)].map(([, verb]) => verb);

  it('holds from the next message on: what may be approved from a mail is the organisation’s to say', async () => {
    await world.json('PUT', '/api/organization/channel-policy', { policy: { ceilings: { email: 'low' } } });
    expect(verbsIn((await mailAbout()).raw)).toContain('Approve');
    await world.json('PUT', '/api/organization/channel-policy', { policy: { ceilings: { email: 'none' } } });
    expect(verbsIn((await mailAbout()).raw)).not.toContain('Approve');
  });
});

describe('solo mode', () => {
  it('lets an agent’s owner decide what the agent asks, and does not once it is off', async () => {
    const approve = async () => {
      const { id } = await mailAbout(true);
      return (await world.call('POST', `/api/approvals/${id}/approve`, { note: 'seen' })).status;
    };
    await world.json('PUT', '/api/organization/solo-mode', { on: true });
    expect(await approve()).toBe(200);
    await world.json('PUT', '/api/organization/solo-mode', { on: false });
    const id = await world.pending({ agent: { id: 'assistant' } }, { steps: [routeStep({ excludeRequester: true })] });
    const reply = await world.call('POST', `/api/approvals/${id}/approve`, { note: 'seen' });
    expect(reply.status).toBe(403);
  });
});
