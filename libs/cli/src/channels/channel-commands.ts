import { ACCESS_HELP, ACCESS_OPTIONS, accessOf } from '../api/access.ts';
import { operatorsApi } from '../api/operators-api.ts';
import { isSet, textOf, type Command } from '../command.ts';
import { jsonIn } from '../input.ts';
import { table } from '../io.ts';
import { paint } from '../paint.ts';
import { say } from '../said.ts';
import { EXIT, Stop, usage } from '../stop.ts';
import { inPath, wordsOf } from '../words.ts';
import { howToLink } from './link-words.ts';

/** One entry of `GET /api/channels`; settings are for administrators. */
export type Listed = {
  id: string;
  displayName: string;
  capabilities: { interactive: string; defaultCeiling: string; enrolment: string; paid: boolean };
  connected: boolean;
  connectedAt: string | null;
};
type Tested = { outcome: 'sent' } | { outcome: 'link'; link: string; paste?: string } | { outcome: 'refused'; detail: string };

/** `holdpoint channel list`: what people can be reached by. */
export const channelListCommand: Command = {
  name: 'channel list',
  takes: '',
  summary: 'The channels people can be told on, and which are set up',
  options: ACCESS_OPTIONS,
  help: ACCESS_HELP,
  run: async (given, io) => {
    wordsOf(given);
    const { items } = await operatorsApi(accessOf(given, io)).get<{ items: Listed[] }>('/api/channels');
    const rows = table(
      items.map(({ id, displayName, connected, capabilities }) => [
        id,
        displayName,
        connected ? 'set up' : '-',
        howItDecides(capabilities),
      ]),
    );
    const lines = rows.split('\n').map((line, index) => paint(io, items[index]!.connected ? 'good' : 'faint', line));
    say(given, io, { items }, lines);
    return EXIT.done;
  },
};

const howItDecides = ({ interactive, defaultCeiling, paid }: Listed['capabilities']): string =>
  `${HOW[interactive] ?? interactive}, approves up to ${defaultCeiling} risk unless set otherwise${paid ? ', costs money' : ''}`;
const HOW: Readonly<Record<string, string>> = { buttons: 'buttons', reply_text: 'a code to answer with', link_only: 'links' };

/** `holdpoint channel connect`: its settings come from a file or standard input, since they hold secrets. */
export const channelConnectCommand: Command = {
  name: 'channel connect',
  takes: '<channel> --config <file>',
  summary: 'Set a channel up; its settings are checked against the provider first (docs/channels has one page for each)',
  options: { ...ACCESS_OPTIONS, config: { type: 'string' }, untested: { type: 'boolean' } },
  help: {
    '--config <file>': 'Its settings as JSON, as in docs/channels; - for standard input. Secrets that are left out stay what they are.',
    '--untested': 'Save them although the provider does not accept them yet: where it has to know the hook address first.',
    ...ACCESS_HELP,
  },
  run: async (given, io) => {
    const [channel = ''] = wordsOf(given, 'channel');
    const file = textOf(given, 'config');
    if (file === undefined) throw usage('Name the settings: --config <file>, or --config - for standard input.');
    const body = { config: await jsonIn(file, io), ...(isSet(given, 'untested') ? { untested: true } : {}) };
    const api = operatorsApi(accessOf(given, io));
    const saved = await api.send<{ hookUrl: string; tested: boolean }>('PUT', `/api/channels/${inPath(channel)}`, body);
    say(given, io, saved, [
      `${channel} is set up${saved.tested ? '' : ', untested'}.`,
      `Where the provider asks for a webhook, enter this, and nowhere else: ${saved.hookUrl}`,
      `Then: holdpoint channel test ${channel}`,
    ]);
    return EXIT.done;
  },
};

/** `holdpoint channel test`: asks the provider, and sends a real message to your own address there. */
export const channelTestCommand: Command = {
  name: 'channel test',
  takes: '<channel>',
  summary: 'Send a real test message to your own address on a channel, and say what came back',
  options: ACCESS_OPTIONS,
  help: ACCESS_HELP,
  run: async (given, io) => {
    const [channel = ''] = wordsOf(given, 'channel');
    const api = operatorsApi(accessOf(given, io));
    const said = await api.send<Tested>('POST', `/api/channels/${inPath(channel)}/test`, {});
    if (said.outcome === 'refused') throw new Stop(EXIT.problems, `${channel}: ${said.detail}`, { ...said });
    say(
      given,
      io,
      said,
      said.outcome === 'sent' ? [paint(io, 'good', `${channel}: a test message was sent to your address there.`)] : howToLink(said),
    );
    return EXIT.done;
  },
};

/** `holdpoint channel disconnect`. */
export const channelDisconnectCommand: Command = {
  name: 'channel disconnect',
  takes: '<channel>',
  summary: 'Take a channel away; people are told elsewhere meanwhile, and their addresses stay',
  options: ACCESS_OPTIONS,
  help: ACCESS_HELP,
  run: async (given, io) => {
    const [channel = ''] = wordsOf(given, 'channel');
    await operatorsApi(accessOf(given, io)).send('DELETE', `/api/channels/${inPath(channel)}`, undefined);
    say(given, io, { id: channel, connected: false }, [`${channel} is not set up any more.`]);
    return EXIT.done;
  },
};
