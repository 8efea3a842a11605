import { liveEvent, type ApprovalDetail, type LiveEvent } from '@holdpoint/contracts';
import { ACCESS_HELP, ACCESS_OPTIONS, accessOf } from '../api/access.ts';
import { operatorsApi, type OperatorsApi } from '../api/operators-api.ts';
import { isSet, textOf, type Command, type Given } from '../command.ts';
import type { Io } from '../io.ts';
import { paint, plain, type Tone } from '../paint.ts';
import { EXIT, Stop, usage, type Exit } from '../stop.ts';
import { wordsOf } from '../words.ts';
import { serverSentEvents } from './server-sent-events.ts';

/** First pause before connecting again, and the longest, milliseconds. */
const PAUSE_MS = 500;
const PAUSE_MS_MAX = 15_000;

/** `holdpoint tail`: what happens, as it happens. Resumes where it was when the connection breaks, or where `--since` says. */
export const tailCommand: Command = {
  name: 'tail',
  takes: '',
  summary: 'What happens to approvals, as it happens; resumes where it was when the connection breaks',
  options: { ...ACCESS_OPTIONS, since: { type: 'string' }, count: { type: 'string' } },
  help: {
    '--since <position>': 'Go on behind this position of the log, as an earlier tail named it.',
    '--count <n>': 'End after so many changes; else it goes on until it is stopped (Ctrl-C).',
    ...ACCESS_HELP,
    '--json': 'One JSON object a line.',
  },
  run: async (given, io) => {
    wordsOf(given);
    const count = textOf(given, 'count');
    if (count !== undefined && !/^[1-9]\d{0,8}$/.test(count)) throw usage(`--count must be a number, not ${count}`);
    return follow(given, io, { position: textOf(given, 'since') ?? null, left: count === undefined ? Infinity : Number(count) });
  },
};

type Place = { position: string | null; left: number };

const follow = async (given: Given, io: Io, place: Place): Promise<Exit> => {
  const access = accessOf(given, io);
  const api = operatorsApi(access);
  const stopped = io.signal ?? new AbortController().signal;
  let pauseMs = PAUSE_MS;
  for (let connections = 0; !stopped.aborted && place.left > 0; connections++) {
    try {
      const stream = await api.stream('/api/live', place.position === null ? {} : { 'last-event-id': place.position }, stopped);
      if (connections === 0) io.err(`Following ${access.consoleUrl}. Ctrl-C ends it.`);
      pauseMs = PAUSE_MS;
      await read(given, io, api, stream, place);
    } catch (error) {
      if (stopped.aborted) break;
      // The first connection has to work; a later one is tried until it does.
      const passes = !(error instanceof Stop) || error.exit === EXIT.unreachable;
      if (connections === 0 || !passes) throw error;
    }
    if (place.left <= 0 || stopped.aborted) break;
    io.err(paint(io, 'faint', `The connection ended; again in ${pauseMs / 1_000} s.`));
    await pause(pauseMs, stopped);
    pauseMs = Math.min(pauseMs * 2, PAUSE_MS_MAX);
  }
  if (place.position !== null) io.err(`Go on later: holdpoint tail --since ${place.position}`);
  return EXIT.done;
};

const read = async (given: Given, io: Io, api: OperatorsApi, stream: AsyncIterable<Uint8Array>, place: Place): Promise<void> => {
  const setPosition = (id: string) => void (place.position = id === '' ? place.position : id);
  for await (const { event, data } of serverSentEvents(stream, setPosition)) {
    if (event === 'reset') io.err('More was missed than can be told one by one; what follows is new.');
    if (event !== 'change') continue;
    const change = liveEvent.parse(JSON.parse(data));
    io.out(isSet(given, 'json') ? JSON.stringify(change) : await lineOf(io, api, change));
    place.left -= 1;
    if (place.left <= 0) return;
  }
};

const TONES: Readonly<Record<string, Tone>> = {
  ApprovalRequested: 'strong',
  ApprovalGranted: 'good',
  ApprovalGrantedWithChanges: 'good',
  ApprovalGrantedAutomatically: 'good',
  ApprovalRejected: 'bad',
  ApprovalExpired: 'bad',
  ApprovalEscalated: 'doubtful',
  CallbackExhausted: 'doubtful',
  NotificationFailed: 'doubtful',
  NobodyReachable: 'bad',
};

/** When, which approval, and in words what happened to it. */
const lineOf = async (io: Io, api: OperatorsApi, { approvalId, type, position }: LiveEvent): Promise<string> => {
  const said = await wordsFor(api, approvalId, type);
  const at = said?.at.slice(11, 23) ?? '';
  return `${paint(io, 'faint', `${position}  ${at}`)}  ${approvalId}  ${paint(io, TONES[type] ?? 'faint', type)}${said === null ? '' : `  ${plain(said.summary)}`}`;
};

/** What the record says of it; null where it cannot be read just now, which must not end the tail. */
const wordsFor = async (api: OperatorsApi, id: string, type: string): Promise<ApprovalDetail['history'][number] | null> => {
  try {
    const { items } = await api.get<{ items: ApprovalDetail['history'] }>(`/api/approvals/${id}/events`);
    return items.findLast(entry => entry.type === type) ?? null;
  } catch (error) {
    if (error instanceof Stop) return null;
    throw error;
  }
};

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
