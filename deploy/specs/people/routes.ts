import type { GatePolicy } from '@holdpoint/contracts';
import { people, rung, type Member, type Name } from './a-gate-and-its-people.ts';

/** Longer than any spec: what waits so long never comes by itself, seconds. */
export const LONG_SEC = 3_600;
/** Two working hours, seconds. */
export const WORKING_SEC = 7_200;

/** One step that asks these people, and nobody else until the ladder does. */
const asking = (approvers: object, ladder: object = { levels: [] }) => ({
  steps: [{ name: 'review', approvers }],
  escalation: { id: 'own', exhaustedAfterSec: LONG_SEC, onExhausted: 'expire', ...ladder },
});

/** A policy with a route for each story: the tool an agent asks for chooses it. */
export const storiesOf = (members: Record<Name, Member>) => {
  const { quinn, wade, ava, ben, cleo, dora, fay, rita, hal, ian, joan } = members;
  const routes = {
    quiet_step: asking(people(quinn), { levels: [rung(LONG_SEC, people(wade))] }),
    quiet_turn: asking(people(joan), {
      levels: [rung(LONG_SEC, people(quinn, wade), { strategy: 'roundRobin' }), rung(LONG_SEC, people(quinn), { importance: 'important' })],
    }),
    office_hours: { ...asking(people(dora)), workingHoursOnly: true, expireAfterSec: WORKING_SEC },
    on_duty: asking({ roles: [], operators: [], schedules: ['duty'] }, { levels: [rung(LONG_SEC, people(fay))] }),
    again: asking(people(joan), { levels: [rung(1, people(rita))], repeat: { count: 2, intervalSec: 1 } }),
    least_loaded: asking(people(joan), { levels: [rung(1, people(ava, ben, cleo), { strategy: 'leastLoaded' })] }),
    held: asking(people(hal), { levels: [rung(1, people(joan))], exhaustedAfterSec: 1, onExhausted: 'hold' }),
    by_hand: asking(people(joan), {
      levels: [rung(LONG_SEC, people(hal, ian), { strategy: 'roundRobin' }), rung(LONG_SEC, people(fay))],
    }),
    granted: asking(people(joan)),
  };
  const story = (name: string) => ({
    name: name.replaceAll('_', '-'),
    when: `tool == "${name}"`,
    verdict: 'HUMAN_REVIEW',
    route: name,
    explain: 'People decide.',
  });
  return {
    id: 'stories',
    name: 'Stories',
    sampleShare: 0.5,
    rules: [
      {
        name: 'small',
        when: 'tool == "issue_refund" && has(args.amount) && amount < 50',
        verdict: 'APPROVE_AUTOMATICALLY',
        explain: 'The amount {amount} is below 50.',
      },
      {
        name: 'at-work',
        when: 'tool == "post_news" && time.workingHours == true',
        verdict: 'APPROVE_AUTOMATICALLY',
        explain: 'Somebody is at work.',
      },
      ...Object.keys(routes).map(story),
    ],
    routes: { ...routes, desk: asking({ roles: ['owner'] }) },
    defaultRoute: 'desk',
  } as unknown as GatePolicy;
};
