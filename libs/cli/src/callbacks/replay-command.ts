import { ACCESS_HELP, ACCESS_OPTIONS, accessOf } from '../api/access.ts';
import { operatorsApi } from '../api/operators-api.ts';
import { isSet, textOf, type Command, type Given } from '../command.ts';
import { say } from '../said.ts';
import { EXIT, usage } from '../stop.ts';

/** Ids in one call of the operators' API. */
const IDS_MAX = 100;
type Page = { items: { id: string; webhookId: string }[]; nextCursor: string | null };

/** `holdpoint replay-callbacks`: sends answers again, each under the `webhook-id` it always had. */
export const replayCallbacksCommand: Command = {
  name: 'replay-callbacks',
  takes: '<id>… | --endpoint <id> --from <time>',
  summary: 'Send callbacks again, each under its own webhook-id: by id, or those of an endpoint within a time that failed',
  options: { ...ACCESS_OPTIONS, endpoint: { type: 'string' }, from: { type: 'string' }, to: { type: 'string' }, all: { type: 'boolean' } },
  help: {
    '<id>…': 'Approvals whose callbacks are sent again.',
    '--endpoint <id>': 'All of this endpoint that came to be within a time.',
    '--from <time>, --to <time>': 'That time, RFC 3339; up to now unless --to is given.',
    '--all': 'Those that were delivered as well; else only those that were given up.',
    ...ACCESS_HELP,
  },
  run: async (given, io) => {
    const bodies = bodiesOf(given);
    const api = operatorsApi(accessOf(given, io));
    const items: Page['items'] = [];
    for (const body of bodies) {
      let cursor: string | null = null;
      do {
        const page: Page = await api.send('POST', '/api/callbacks:replay', { ...body, ...(cursor === null ? {} : { cursor }) });
        items.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor !== null);
    }
    say(given, io, { items }, [
      ...items.map(({ id, webhookId }) => `${id}  ${webhookId}`),
      items.length === 0
        ? 'Nothing to send again.'
        : `${items.length} sent again. See how it goes: GET /api/callbacks, or Settings, Callbacks in the console.`,
    ]);
    return EXIT.done;
  },
};

const bodiesOf = (given: Given): Record<string, unknown>[] => {
  const { words } = given;
  const endpointId = textOf(given, 'endpoint');
  if (words.length > 0 === (endpointId !== undefined)) throw usage('Give either ids, or --endpoint <id> with --from <time>.');
  if (endpointId === undefined)
    return Array.from({ length: Math.ceil(words.length / IDS_MAX) }, (_, at) => ({ ids: words.slice(at * IDS_MAX, (at + 1) * IDS_MAX) }));
  const from = instantOf(given, 'from');
  if (from === undefined) throw usage('--endpoint needs --from <time>, RFC 3339: from when on.');
  return [{ endpointId, from, to: instantOf(given, 'to') ?? new Date().toISOString(), failedOnly: !isSet(given, 'all') }];
};

const instantOf = (given: Given, name: string): string | undefined => {
  const text = textOf(given, name);
  if (text === undefined) return undefined;
  if (!/^\d{4}-\d\d-\d\dT/.test(text) || Number.isNaN(Date.parse(text)))
    throw usage(`--${name} must be a time as 2026-11-22T10:00:00Z, not ${text}`);
  return new Date(text).toISOString();
};
