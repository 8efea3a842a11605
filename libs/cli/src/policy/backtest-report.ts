import { VERDICTS } from '@holdpoint/contracts';
import { PAST_OUTCOMES, type BacktestFinding, type BacktestSummary, type Said } from '@holdpoint/gate';
import { table } from '../io.ts';
import type { BacktestRun } from './backtest-run.ts';
import { durationText, inGroups } from '../progress-bar.ts';

/** Ids and cases shown before the rest is only counted. */
export type Shown = { findings: readonly BacktestFinding[]; candidate: string; against: string; allFile: string | undefined };

/** A backtest in words, the dangerous part first. */
export const reportOf = (summary: BacktestSummary, shown: Shown, { events, seconds, erased }: Omit<BacktestRun, 'summary'>): string[] => {
  const { cases, minutes, changed, otherRule, edits, notFollowed } = summary;
  return [
    `${shown.candidate} against ${shown.against}: ${inGroups(cases)} requests (${inGroups(events)} events in ${durationText(seconds)})`,
    ...(erased === 0 ? [] : [`${inGroups(erased)} erased ${erased === 1 ? 'request is' : 'requests are'} left out.`]),
    '',
    ...dangerous(summary, shown),
    '',
    'What the candidate says (rows) and what became of the request (columns):',
    table([
      ['', ...PAST_OUTCOMES],
      ...VERDICTS.map(verdict => [verdict, ...PAST_OUTCOMES.map(outcome => summary.table[verdict][outcome])]),
    ]),
    '',
    `Another verdict than ${shown.against}: ${inGroups(changed.count)}. The same verdict by another rule: ${inGroups(otherRule)}.`,
    ...(edits.cases === 0 ? [] : [`Of ${inGroups(edits.cases)} edits by people, another verdict on: ${inGroups(edits.changed)}.`]),
    ...changedCases(shown),
    '',
    `Operator time: ${minutesText(minutes.saved)} saved, ${minutesText(minutes.added)} added.`,
    `  Assumed: from the opening of a step to the decision somebody is at work, at most ${minutes.capMin} min; ${inGroups(minutes.measured)} decisions took ${minutes.mean.toFixed(1)} min on average.`,
    ...(notFollowed === 0 ? [] : [`${inGroups(notFollowed)} requests were not followed to their end, because too many were open at once.`]),
  ];
};

const dangerous = ({ wouldPassButRejected, wouldPassButSampleRejected }: BacktestSummary, { findings, allFile }: Shown): string[] => {
  const lines = (kind: BacktestFinding['kind'], words: string, count: number): string[] => {
    const some = findings.filter(finding => finding.kind === kind);
    const more = count - some.length;
    return [
      `${words}: ${inGroups(count)}`,
      ...some.map(({ approvalId, requestedAt, candidate }) => `  ${approvalId}  ${requestedAt}  ${saidText(candidate)}`),
      ...(more > 0 && some.length > 0
        ? [`  and ${inGroups(more)} more${allFile === undefined ? '; --all <file> writes every one' : ` in ${allFile}`}`]
        : []),
    ];
  };
  return [
    ...lines('wouldPassButRejected', 'WOULD APPROVE AUTOMATICALLY, BUT A PERSON REJECTED', wouldPassButRejected.count),
    ...(wouldPassButSampleRejected.count === 0
      ? []
      : lines(
          'wouldPassButSampleRejected',
          'Would approve automatically, but a person who looked afterwards disagreed',
          wouldPassButSampleRejected.count,
        )),
  ];
};

const changedCases = ({ findings, allFile }: Shown): string[] => {
  const some = findings.filter(({ kind }) => kind === 'changed');
  return some
    .flatMap(({ approvalId, outcome, regated, candidate, baseline }) => [
      `  ${approvalId}  ${outcome}${regated ? '  (on an edit)' : ''}`,
      `    was  ${saidText(baseline)}`,
      `    now  ${saidText(candidate)}`,
    ])
    .concat(some.length > 0 && allFile !== undefined ? [`  All of them are in ${allFile}.`] : []);
};

const saidText = ({ verdict, rule, explanation, problems }: Said): string =>
  `${verdict} by ${rule}: ${explanation}${problems.length === 0 ? '' : ` [${problems.join('; ')}]`}`;

const minutesText = (minutes: number): string => (minutes < 120 ? `${minutes.toFixed(1)} min` : `${(minutes / 60).toFixed(1)} h`);
