import { ACCESS_HELP, ACCESS_OPTIONS, accessOf } from '../api/access.ts';
import { operatorsApi } from '../api/operators-api.ts';
import { isSet, textOf, type Command } from '../command.ts';
import { table, type Io } from '../io.ts';
import { EXIT, usage } from '../stop.ts';

type Band = { from: number | null; to: number | null };
type Row = {
  agentId: string;
  tool: string;
  band: Band;
  currency?: string | null;
  decided: number;
  agreed: number;
  rate: number;
  low: number;
  high: number;
};

type Draft = { id: string; rule: string; document: { rules: { name: string; when: string }[] } };

/** Days looked back, as the console does when it is not told. */
const DAYS = 90;

/** `holdpoint policy calibrate`: how people judged each agent, tool and amount band, and a narrow rule drafted from it. */
export const calibrateCommand: Command = {
  name: 'policy calibrate',
  takes: '',
  summary: 'Show how often people agreed, by agent, tool and amount; draft a narrow rule from it',
  options: {
    ...ACCESS_OPTIONS,
    days: { type: 'string' },
    agent: { type: 'string' },
    tool: { type: 'string' },
    propose: { type: 'boolean' },
    from: { type: 'string' },
    to: { type: 'string' },
    currency: { type: 'string' },
  },
  help: {
    '--days <n>': `How far to look back; ${DAYS} by default.`,
    '--agent <id>, --tool <name>': 'Only these.',
    '--propose': 'Draft a rule for the band --from … --to of --agent and --tool. A person has to publish it.',
    '--from <amount>, --to <amount>': 'The band: from inclusive, to exclusive; leave both out for actions without an amount.',
    '--currency <code>': 'Of the band, as the list shows it.',
    ...ACCESS_HELP,
  },
  run: async (given, io) => {
    const days = numberOf(textOf(given, 'days') ?? String(DAYS), '--days');
    const [agent, tool] = [textOf(given, 'agent'), textOf(given, 'tool')];
    const api = operatorsApi(accessOf(given, io));
    if (isSet(given, 'propose')) {
      if (agent === undefined || tool === undefined) throw usage('--propose needs --agent and --tool.');
      const band = { from: amountOf(textOf(given, 'from'), '--from'), to: amountOf(textOf(given, 'to'), '--to') };
      const currency = textOf(given, 'currency') ?? null;
      const draft = await api.send<Draft>('POST', '/api/calibration/propose', { agentId: agent, tool, currency, band, days });
      const when = draft.document.rules.find(({ name }) => name === draft.rule)?.when ?? '';
      if (isSet(given, 'json')) io.out(JSON.stringify({ ok: true, ...draft }));
      else
        io.out(
          `Drafted ${draft.id}: the active policy and rule "${draft.rule}", ${when}.\nIt decides nothing until a person publishes it: look at it in the console under Policies.`,
        );
      return EXIT.done;
    }
    const query = new URLSearchParams({
      days: String(days),
      ...(agent === undefined ? {} : { agent }),
      ...(tool === undefined ? {} : { tool }),
    });
    const { items } = await api.get<{ items: Row[] }>(`/api/calibration?${query.toString()}`);
    if (isSet(given, 'json')) io.out(JSON.stringify({ ok: true, items }));
    else show(io, items);
    return EXIT.done;
  },
};

const show = (io: Io, items: readonly Row[]): void => {
  if (items.length === 0) return io.err('People decided nothing in this time.');
  io.out(
    table([
      ['agent', 'tool', 'amount', 'decided', 'agreed', 'share', '95 % between'],
      ...items.map(({ agentId, tool, band, currency, decided, agreed, rate, low, high }) => [
        agentId,
        tool,
        `${bandText(band)}${currency ? ` ${currency}` : ''}`,
        decided,
        agreed,
        percent(rate),
        `${percent(low)} – ${percent(high)}`,
      ]),
    ]),
  );
};

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const bandText = ({ from, to }: Band): string => (from === null && to === null ? '–' : `${from ?? ''}…${to ?? ''}`);

const numberOf = (text: string, option: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw usage(`${option} must be a whole number from 1.`);
  return value;
};
const amountOf = (text: string | undefined, option: string): number | null => {
  if (text === undefined) return null;
  const value = Number(text);
  if (!Number.isFinite(value)) throw usage(`${option} must be a number.`);
  return value;
};
