import type { MetricsReport } from '@holdpoint/contracts';
import { CursorUnreadable } from '../read-model/paging.ts';
import type { Export, ExportRecord } from './export-format.ts';

/** A report as rows: what it is about, of what, which number, and the number. */
export const exportMetrics = (report: () => Promise<MetricsReport>, cursor: string | undefined): Export => ({
  columns: ['part', 'of', 'number', 'value', 'from', 'to', 'agent', 'cursor'],
  records: rowsOf(report, cursor),
});

async function* rowsOf(report: () => Promise<MetricsReport>, after: string | undefined): AsyncGenerator<ExportRecord> {
  const { from, to, agent, complete, over, rules, operators, channels, endpoints, verdicts, statuses, ...parts } = await report();
  const rows: [part: string, of: string, numbers: object][] = [
    ['report', '', { complete }],
    ...Object.entries(parts).map(([part, numbers]): [string, string, object] => [part, '', numbers]),
    ...verdicts.map(({ verdict, count }): [string, string, object] => ['verdicts', verdict, { count }]),
    ...statuses.map(({ status, count }): [string, string, object] => ['statuses', status, { count }]),
    ...rules.map(({ policy, rule, ...numbers }): [string, string, object] => ['rules', `${policy}/${rule}`, numbers]),
    ...operators.map(({ operatorId, name, ...numbers }): [string, string, object] => ['operators', operatorId, { name, ...numbers }]),
    ...channels.map(({ channel, ...numbers }): [string, string, object] => ['channels', channel, numbers]),
    ...endpoints.map(({ endpointId, host, ...numbers }): [string, string, object] => ['endpoints', endpointId ?? host ?? '', numbers]),
    ...over.starts.map((start, at): [string, string, object] => [
      'over',
      start,
      Object.fromEntries(OVER.map(name => [name, over[name][at] ?? null])),
    ]),
  ];
  const flat = rows.flatMap(([part, of, numbers]) => leavesOf(numbers).map(([number, value]) => ({ part, of, number, value })));
  const first = after === undefined ? 0 : flat.findIndex(row => cursorOf(row) === after) + 1;
  if (after !== undefined && first === 0) throw new CursorUnreadable();
  for (const row of flat.slice(first)) yield { ...row, from, to, agent, cursor: cursorOf(row) };
}

const OVER = ['asked', 'people', 'expired', 'decideP50', 'decideP90'] as const;

/** A row's own name: figures move between two downloads, so a place in the file would mean another row. */
const cursorOf = ({ part, of, number }: { part: string; of: string; number: string }): string =>
  Buffer.from(JSON.stringify([part, of, number])).toString('base64url');

const leavesOf = (value: object, prefix = ''): [string, unknown][] =>
  Object.entries(value).flatMap(([name, of]) => {
    if (Array.isArray(of)) return [[prefix + name, of.map(one => (typeof one === 'object' ? JSON.stringify(one) : one)).join(' ')]];
    return typeof of === 'object' && of !== null ? leavesOf(of as object, `${prefix}${name}.`) : [[prefix + name, of]];
  });
