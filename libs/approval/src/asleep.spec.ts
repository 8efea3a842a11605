import { escalationPolicy, type Approvers, type EscalationPolicy } from '@holdpoint/contracts';
import { evaluation, givenAfter, noonPlus, ordinarily, refundRequested, routeStep } from '@holdpoint/testing';
import { describe, expect, it } from 'vitest';

const named = (...names: string[]): Approvers => ({ roles: [], operators: names });
const ladder = (...levels: { targets: Approvers; importance?: 'default' | 'important' }[]): EscalationPolicy =>
  escalationPolicy.parse({ id: 'ladder', levels: levels.map(level => ({ afterSec: 300, ...level })) });
const people = ({ operators }: Approvers) => ({ operators, standIns: [] });
const asleep =
  (...names: string[]) =>
  (id: string): boolean =>
    !names.includes(id);

const request = { type: 'RequestApproval' as const, requested: refundRequested() };
const gated = (document: EscalationPolicy, awake: (id: string) => boolean) => ({
  ...ordinarily,
  type: 'ApplyGate' as const,
  people,
  awake,
  now: noonPlus(1),
  evaluation: evaluation({ steps: [routeStep({ approvers: named('ada') })], route: { escalation: { version: 1, document } } }),
});
const said = ({ events }: ReturnType<typeof givenAfter>) =>
  events.flatMap(event => (event.type === 'ApprovalEscalated' ? [`${event.data.level} ${event.data.reason}`] : []));

describe('quiet hours of everybody who is asked', () => {
  const three = ladder({ targets: named('ben') }, { targets: named('cid') }, { targets: named('dan') });

  it('ask on at once, up to a rung with somebody awake, and take nobody off', () => {
    expect(said(givenAfter(request, gated(three, asleep('ada'))))).toEqual(['1 asleep']);
    expect(said(givenAfter(request, gated(three, asleep('ada', 'ben'))))).toEqual(['1 asleep', '2 asleep']);
  });

  it('change nothing while somebody on the step is awake', () => {
    expect(said(givenAfter(request, gated(three, asleep('ben', 'cid'))))).toEqual([]);
  });

  it('change nothing when nobody is awake further up either: each rung is asked at its time', () => {
    const nobody = () => false;
    const all = { ...ordinarily, people, awake: nobody, type: 'EscalateStep' as const };
    expect(said(givenAfter(request, gated(three, nobody)))).toEqual([]);
    expect(said(givenAfter(request, gated(three, nobody), { ...all, now: noonPlus(301) }))).toEqual(['1 timeout']);
  });

  it('are no reason to go past a rung that is important: it disturbs anybody', () => {
    const important = ladder({ targets: named('ben'), importance: 'important' }, { targets: named('cid') });
    expect(
      said(
        givenAfter(
          request,
          gated(important, () => false),
        ),
      ),
    ).toEqual(['1 asleep']);
  });

  it('let a rung whose time has come ask the one after it too', () => {
    const awake = asleep('ben');
    const life = givenAfter(request, gated(three, awake), { ...ordinarily, people, awake, type: 'EscalateStep', now: noonPlus(301) });
    expect(said(life)).toEqual(['1 timeout', '2 asleep']);
    expect(life.state).toMatchObject({ open: [{ level: 2, escalateAt: noonPlus(901) }] });
  });
});
