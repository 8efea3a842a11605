import type { InboxPage } from '@holdpoint/contracts';
import { ACCESS_HELP, ACCESS_OPTIONS, accessOf } from '../api/access.ts';
import { operatorsApi } from '../api/operators-api.ts';
import { textOf, type Command } from '../command.ts';
import { table, type Io } from '../io.ts';
import { paint, plain } from '../paint.ts';
import { say } from '../said.ts';
import { EXIT } from '../stop.ts';
import { wordsOf } from '../words.ts';

const FILTERS = ['view', 'risk', 'agent', 'q', 'limit', 'cursor'] as const;

/** `holdpoint list`: what waits for you, or what was decided. */
export const listCommand: Command = {
  name: 'list',
  takes: '',
  summary: 'What waits for you; --view all, team, snoozed or decided for the rest',
  options: { ...ACCESS_OPTIONS, ...Object.fromEntries(FILTERS.map(name => [name, { type: 'string' as const }])) },
  help: {
    '--view <view>': 'mine (unless given), team, all, snoozed, decided.',
    '--risk <level>': 'Only low, medium, high or critical.',
    '--agent <id>': 'Only what this agent asks.',
    '--q <text>': 'Only what has this in its tool, entity or summary.',
    '--limit <n>': 'At most so many, 200 at most; 50 unless given.',
    '--cursor <cursor>': 'Go on behind a page.',
    ...ACCESS_HELP,
  },
  run: async (given, io) => {
    wordsOf(given);
    const query = new URLSearchParams();
    for (const name of FILTERS) {
      const value = textOf(given, name);
      if (value !== undefined) query.set(name, value);
    }
    const page = await operatorsApi(accessOf(given, io)).get<InboxPage>(`/api/inbox?${query.toString()}`);
    say(given, io, page, page.items.length === 0 ? ['Nothing.'] : [linesOf(io, page.items)]);
    if (page.nextCursor !== null) io.err(`There is more: --cursor ${page.nextCursor}`);
    return EXIT.done;
  },
};

const TONES = { low: 'faint', medium: 'strong', high: 'doubtful', critical: 'bad' } as const;

const linesOf = (io: Io, items: InboxPage['items']): string => {
  const rows = items.map(item => [
    item.id,
    item.status === 'pending' ? item.riskLevel : item.status,
    item.status === 'pending' ? `until ${item.expiresAt.slice(0, 16)}Z` : `at ${(item.decidedAt ?? '').slice(0, 16)}Z`,
    plain(item.toolName, 40),
    plain(item.entityId, 30),
    plain(item.proposedAction, 80),
  ]);
  // Coloured after it was laid out: colours have no width.
  return table(rows)
    .split('\n')
    .map((line, index) => paint(io, items[index]!.status === 'pending' ? TONES[items[index]!.riskLevel] : 'faint', line))
    .join('\n');
};
