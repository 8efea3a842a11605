import { streamOf, type RecordedEvent } from '@holdpoint/contracts';
import { routeStep, TENANT } from '@holdpoint/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNotification, type RunningNotification } from './a-running-notification.ts';

let world: RunningNotification;
beforeAll(async () => {
  world = await startNotification();
});
afterAll(() => world.close());

const REQUESTS = 40;
/** Alerts a minute before the rest comes as one digest, by default. */
const PER_MINUTE = 6;
/** Short enough for a digest that is due within the spec, long enough not to end before it, seconds. */
const DEADLINE_SEC = 60;
const cidOnly = { steps: [routeStep({ approvers: { roles: [], operators: ['opr_cid'] } })] };

const mailsTo = (address: string) => world.mail.messages.filter(({ to }) => to[0] === address);
const subjectOf = ({ raw }: { raw: string }) => /^Subject: (.+)$/m.exec(raw)?.[1] ?? '';
const told = (events: readonly RecordedEvent[]) => events.some(({ type }) => type === 'NotificationSent');

describe('a storm of requests', () => {
  it('leaves each person a few alerts and one readable digest, and no request untold', async () => {
    const expiresAt = new Date(Date.now() + DEADLINE_SEC * 1_000).toISOString();
    const ids = await Promise.all(Array.from({ length: REQUESTS }, () => world.ask(cidOnly, { expiresAt })));
    const streams = await Promise.all(ids.map(id => world.until(id, told, 40_000)));

    const digests = mailsTo('cid@example.test').filter(mail => subjectOf(mail).includes('requests wait for you'));
    const single = mailsTo('cid@example.test').filter(mail => subjectOf(mail).includes('Approval needed'));
    expect(single.length).toBeGreaterThanOrEqual(PER_MINUTE);
    // What flows back into the bucket while the storm lasts is let through too.
    expect(single.length).toBeLessThan(2 * PER_MINUTE);
    // A storm over the edge of a digest's moment makes two; a third would be a storm of its own.
    expect(digests.length).toBeGreaterThanOrEqual(1);
    expect(digests.length).toBeLessThanOrEqual(2);
    const counted = digests.map(mail => Number(/(\d+) requests wait for you/.exec(subjectOf(mail))?.[1]));
    expect(counted.reduce((sum, count) => sum + count, 0)).toBe(REQUESTS - single.length);
    for (const { raw } of digests) expect(raw).not.toContain('/a/hp1');

    const sent = streams.map(events => events.find(({ type }) => type === 'NotificationSent')!);
    const inDigest = sent.flatMap(event => (event.type === 'NotificationSent' && event.data.digestId ? [event.data.digestId] : []));
    expect(inDigest).toHaveLength(REQUESTS - single.length);
    const digestIds = new Set(inDigest);
    expect(digestIds.size).toBe(digests.length);
    const [digestId] = digestIds;
    const { events } = await world.parts.eventLog.load(streamOf.digest(digestId!));
    expect(events.map(({ type }) => type)).toEqual(['DigestPlanned', 'DigestSent']);
    expect(events[0]!.metadata.tenant).toBe(TENANT);
  }, 90_000);
});
