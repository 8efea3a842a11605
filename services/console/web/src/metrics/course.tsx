import type { MetricsReport } from '@holdpoint/contracts';
import { lazy, Suspense, useMemo } from 'react';
import { Panel } from '../settings/panel.tsx';
import type { Curve } from './chart.tsx';
import { Counted, Durations, Figure, Figures, MixBar, Table } from './figures.tsx';
import { secondsWords, shareWords } from './metrics-place.ts';

/** The pictures come after the numbers. */
const Chart = lazy(() => import('./chart.tsx').then(({ Chart: chart }) => ({ default: chart })));

const VERDICTS: Record<string, [label: string, tone: string]> = {
  APPROVE_AUTOMATICALLY: ['approved by a rule', 'accent'],
  HUMAN_REVIEW: ['a person decides', 'agent'],
  ESCALATE_SENIOR: ['a senior decides', 'warn'],
  LIKELY_REJECT: ['likely to be rejected', 'line'],
  REJECT_AUTOMATICALLY: ['rejected by a rule', 'bad'],
};
const STATUSES: Record<string, [label: string, tone: string]> = {
  approved: ['approved', 'accent'],
  modified: ['approved with changes', 'agent'],
  rejected: ['rejected', 'bad'],
  expired: ['expired', 'warn'],
  withdrawn: ['withdrawn', 'line'],
  pending: ['open', 'ink'],
};
const countWords = (value: number | null): string => (value === null ? '–' : String(value));

const COUNT_STEPS = [1, 2, 5].flatMap(of => [0, 1, 2, 3, 4, 5].map(zeros => of * 10 ** zeros)).sort((a, b) => a - b);
const TIME_STEPS = [0.5, 1, 5, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400, 172_800, 604_800];

/** How much was asked, and what the gate and people made of it. */
export const Volume = ({ report }: { report: MetricsReport }) => {
  const { volume, over, deadline, escalations } = report;
  const curves = useMemo(
    (): Curve[] => [
      { label: 'asked', tone: 'bar', values: over.asked, bars: true, behind: () => ['asked'] },
      { label: 'came before people', tone: 'agent', values: over.people, behind: () => ['people'] },
      { label: 'expired', tone: 'bad', values: over.expired, behind: () => ['expired'] },
    ],
    [over],
  );
  const ended = deadline.inTime + deadline.expired;
  return (
    <Panel title="What was asked">
      <Figures>
        <Figure name="Requests">
          <Counted shown={report} behind="asked" label={`${volume.asked} requests`}>
            {volume.asked}
          </Counted>
        </Figure>
        <Figure name="Decided by rules" note={shareWords(volume.automatic, volume.asked)}>
          <Counted shown={report} behind="automatic" label={`${volume.automatic} decided by rules`}>
            {volume.automatic}
          </Counted>
        </Figure>
        <Figure name="Came before people" note={shareWords(volume.people, volume.asked)}>
          <Counted shown={report} behind="people" label={`${volume.people} came before people`}>
            {volume.people}
          </Counted>
        </Figure>
        <Figure name="In time" note={`${shareWords(deadline.inTime, ended)} of those that ended`}>
          <Counted shown={report} behind="inTime" label={`${deadline.inTime} decided by people in time`}>
            {deadline.inTime}
          </Counted>
        </Figure>
        <Figure name="Expired" {...(deadline.expired > 0 && { tone: 'bad' as const })}>
          <Counted shown={report} behind="expired" label={`${deadline.expired} expired before anybody decided`}>
            {deadline.expired}
          </Counted>
        </Figure>
        <Figure
          name="Escalated"
          {...(escalations.levels > 0 && {
            note: (
              <Counted shown={report} behind="escalated" label={`${escalations.levels} levels that requests escalated by`}>
                {escalations.levels} levels
              </Counted>
            ),
          })}
        >
          <Counted shown={report} behind="escalated" label={`${escalations.escalated} escalated`}>
            {escalations.escalated}
          </Counted>
        </Figure>
        <Figure name="Nobody left to ask" {...(escalations.exhausted > 0 && { tone: 'warn' as const })}>
          <Counted shown={report} behind="exhausted" label={`${escalations.exhausted} with nobody left to ask`}>
            {escalations.exhausted}
          </Counted>
        </Figure>
      </Figures>
      <Suspense fallback={<p className="muted chart-waiting">Drawing…</p>}>
        <Chart
          shown={report}
          title="Requests over time"
          starts={over.starts}
          bucketSec={over.bucketSec}
          curves={curves}
          words={countWords}
          steps={COUNT_STEPS}
        />
      </Suspense>
      <div className="mixes">
        <MixBar
          title="What the gate said"
          shares={report.verdicts.map(({ verdict, count }) => ({
            key: verdict,
            count,
            label: VERDICTS[verdict]?.[0] ?? verdict,
            tone: VERDICTS[verdict]?.[1] ?? 'line',
          }))}
          link={({ key, label, count }) => (
            <Counted shown={report} behind="verdict" value={key} label={`${count} ${label}`}>
              {count}
            </Counted>
          )}
        />
        <MixBar
          title="What became of it"
          shares={report.statuses.map(({ status, count }) => ({
            key: status,
            count,
            label: STATUSES[status]?.[0] ?? status,
            tone: STATUSES[status]?.[1] ?? 'line',
          }))}
          link={({ key, label, count }) => (
            <Counted shown={report} behind="status" value={key} label={`${count} ${label}`}>
              {count}
            </Counted>
          )}
        />
      </div>
    </Panel>
  );
};

/** How long people take, from when they were asked. */
export const Times = ({ report }: { report: MetricsReport }) => {
  const { times, over } = report;
  const curves = useMemo(
    (): Curve[] => [
      { label: 'half within', tone: 'accent', values: over.decideP50, behind: sec => ['slow', `decide/${sec}`] },
      { label: '90 % within', tone: 'warn', values: over.decideP90, behind: sec => ['slow', `decide/${sec}`] },
    ],
    [over],
  );
  return (
    <Panel title="How long it took" intro="From the moment people were asked. Each time leads to the requests that took as long or longer.">
      <Table label="Times" head={[['Until'], ['half within', true], ['90 % within', true], ['99 % within', true], ['of requests', true]]}>
        <Durations shown={report} leg="reach" name="somebody was told" figures={times.reach} />
        <Durations shown={report} leg="open" name="somebody opened it" figures={times.open} />
        <Durations shown={report} leg="decide" name="a person decided" figures={times.decide} />
      </Table>
      <Suspense fallback={<p className="muted chart-waiting">Drawing…</p>}>
        <Chart
          shown={report}
          title="Time to decide"
          starts={over.starts}
          bucketSec={over.bucketSec}
          curves={curves}
          words={secondsWords}
          steps={TIME_STEPS}
        />
      </Suspense>
    </Panel>
  );
};
