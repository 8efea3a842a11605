import { ACCESS_HELP, ACCESS_OPTIONS, accessOf } from '../api/access.ts';
import { operatorsApi } from '../api/operators-api.ts';
import { textOf, type Command } from '../command.ts';
import { table } from '../io.ts';
import { paint, plain } from '../paint.ts';
import { say } from '../said.ts';
import { EXIT, usage } from '../stop.ts';
import { inPath, wordsOf } from '../words.ts';
import { howToLink } from './link-words.ts';

type Addresses = {
  items: { id: string; channel: string; address: string; verified: boolean; verifiedAt: string | null }[];
  pending: { id: string; channel: string; address: string | null; expiresAt: string }[];
};
type Added = { id: string; channel: string; verified: boolean; enrolment: string; link?: string; paste?: string };

/** `holdpoint address list`: where you are told. */
export const addressListCommand: Command = {
  name: 'address list',
  takes: '',
  summary: 'Where you are told, and what is still to be proved',
  options: { ...ACCESS_OPTIONS, member: { type: 'string' } },
  help: { '--member <id>': "Somebody else's (opr_…); for administrators.", ...ACCESS_HELP },
  run: async (given, io) => {
    wordsOf(given);
    const member = textOf(given, 'member');
    const path = member === undefined ? '/api/addresses' : `/api/members/${inPath(member)}/addresses`;
    const own = await operatorsApi(accessOf(given, io)).get<Addresses>(path);
    const rows = [
      ...own.items.map(({ id, channel, address, verified }) => [id, channel, plain(address, 60), verified ? 'proved' : 'not proved']),
      ...own.pending.map(({ id, channel, address, expiresAt }) => [
        id,
        channel,
        plain(address ?? '-', 60),
        `to be proved until ${expiresAt}`,
      ]),
    ];
    say(given, io, { ...own }, rows.length === 0 ? ['None. Add one: holdpoint address add <channel> [<address>]'] : [table(rows)]);
    return EXIT.done;
  },
};

/** `holdpoint address add`: an address of your own; a code or link comes there, or is shown to be opened from there. */
export const addressAddCommand: Command = {
  name: 'address add',
  takes: '<channel> [<address>]',
  summary: 'Add an address of your own, for example: sms +4915123456789, or telegram',
  options: ACCESS_OPTIONS,
  help: ACCESS_HELP,
  run: async (given, io) => {
    const [channel, address, ...rest] = given.words;
    if (channel === undefined || rest.length > 0)
      throw usage('Name the channel, and the address where there is one: sms +4915123456789, or telegram.');
    const api = operatorsApi(accessOf(given, io));
    const added = await api.send<Added>('POST', '/api/addresses', { channel, ...(address === undefined ? {} : { address }) });
    say(given, io, { ...added }, howToProve(added));
    return EXIT.done;
  },
};

const howToProve = ({ id, enrolment, verified, link, paste }: Added): string[] => {
  if (verified) return [`${id} is proved.`];
  if (link !== undefined) return howToLink({ link, paste });
  if (enrolment === 'confirm') return [`A message with a link went there. Open it and press the button; opening alone proves nothing.`];
  return [`A code went there. Enter it: holdpoint address verify ${id} <code>`];
};

/** `holdpoint address verify`: proves an address by the code that came there. */
export const addressVerifyCommand: Command = {
  name: 'address verify',
  takes: '<id> <code>',
  summary: 'Prove an address by the code that came there; five tries',
  options: ACCESS_OPTIONS,
  help: ACCESS_HELP,
  run: async (given, io) => {
    const [id = '', code = ''] = wordsOf(given, 'id', 'code');
    const proved = await operatorsApi(accessOf(given, io)).send<{ id: string; verified: true }>(
      'POST',
      `/api/addresses/${inPath(id)}/verify`,
      { code },
    );
    say(given, io, proved, [
      paint(
        io,
        'good',
        `${id} is proved: you are told there from now on. A new number may approve after a day, unless your organisation set another time.`,
      ),
    ]);
    return EXIT.done;
  },
};
