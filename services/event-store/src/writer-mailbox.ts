import { MessageChannel, receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import {
  ANSWER_COLUMNS,
  packGroup,
  sizeOfGroup,
  unpackGroup,
  type GroupAnswer,
  type PackedChange,
  type StreamChange,
} from './group-wire.ts';
import { GROUP_APPENDS_MAX } from './limits.ts';

/**
 * How groups reach the writer thread and answers come back. Small groups are the common case, and there a message between
 * threads costs as much as the transaction's statements: it is serialised, wakes an event loop, and becomes an event object on the other side.
 * So both threads share one piece of memory, and the writer sleeps on a word of it. What does not fit, or is rare, goes as a
 * letter: a message that lies in the port before the word changes, and is taken out without an event loop.
 */
export type Mailbox = { memory: SharedArrayBuffer; letters: MessagePort };

/** Room for a group; larger ones go as letters, whose cost their bytes outweigh. */
const GROUP_ROOM_BYTES = 256 * 1024;

/** Words of the mailbox. The counters go up by one with every group and every answer; a thread sleeps until they do. */
const GROUPS = 0;
const ANSWERS = 1;
/** What the newest group or answer is. */
const GROUP_KIND = 2;
const ANSWER_KIND = 3;
const WORDS = 4;

const IN_MEMORY = 0;
const AS_LETTER = 1;
const STOP = 2;

const ANSWER_AT = 64;
/** `createdMs`, then the columns of every change. */
const ANSWER_NUMBERS = 1 + GROUP_APPENDS_MAX * ANSWER_COLUMNS;
const GROUP_AT = ANSWER_AT + ANSWER_NUMBERS * Float64Array.BYTES_PER_ELEMENT;

const viewsOf = (memory: SharedArrayBuffer) => ({
  words: new Int32Array(memory, 0, WORDS),
  answer: new Float64Array(memory, ANSWER_AT, ANSWER_NUMBERS),
  group: Buffer.from(memory, GROUP_AT, GROUP_ROOM_BYTES),
});

/** The protocol thread's side. One group at a time: the memory holds no more. */
export type WriterLine = {
  /** The writer's side; its port has to be transferred. */
  mailbox: Mailbox;
  /** Sends a group of at most `GROUP_APPENDS_MAX` changes and resolves with its answer; never, when the writer dies. */
  send: (changes: readonly StreamChange[]) => Promise<GroupAnswer>;
  /** Asks the writer to stop, after the last answer. */
  stop: () => void;
};

export const openWriterLine = (): WriterLine => {
  const memory = new SharedArrayBuffer(GROUP_AT + GROUP_ROOM_BYTES);
  const { words, answer, group } = viewsOf(memory);
  const { port1: letters, port2 } = new MessageChannel();
  letters.unref();
  let sent = 0;

  const post = (kind: number): void => {
    words[GROUP_KIND] = kind;
    Atomics.store(words, GROUPS, ++sent);
    Atomics.notify(words, GROUPS);
  };

  const answerTo = (count: number): GroupAnswer => {
    if (words[ANSWER_KIND] === AS_LETTER) return receiveMessageOnPort(letters)?.message as GroupAnswer;
    // A copy: the memory carries the next answer before this one has been told to everybody.
    return { answers: answer.slice(1, 1 + count * ANSWER_COLUMNS), createdMs: answer[0] as number, added: [], failure: undefined };
  };

  return {
    mailbox: { memory, letters: port2 },
    async send(changes) {
      const size = sizeOfGroup(changes);
      if (size <= GROUP_ROOM_BYTES) {
        packGroup(changes, group);
        post(IN_MEMORY);
      } else {
        const letter = new ArrayBuffer(size);
        packGroup(changes, Buffer.from(letter));
        letters.postMessage(letter, [letter]);
        post(AS_LETTER);
      }
      // The count alone says that the answer is there. A wake-up may be that of the answer before: the writer counts up, is put aside, and wakes later.
      while (Atomics.load(words, ANSWERS) !== sent) await Atomics.waitAsync(words, ANSWERS, sent - 1).value;
      return answerTo(changes.length);
    },
    stop() {
      post(STOP);
      letters.close();
    },
  };
};

/**
 * The writer thread's side: takes group after group until it is asked to stop. It never returns to the event loop meanwhile.
 * @param write answers a group after its commit; the changes are views on memory that holds until then.
 * @param rest what to do once when no group came for `afterMs`.
 */
export const serveMailbox = (
  { memory, letters }: Mailbox,
  write: (changes: PackedChange[]) => GroupAnswer,
  rest: { afterMs: number; run: () => void },
): void => {
  const { words, answer, group } = viewsOf(memory);
  for (let served = 0; ; served++) {
    let sleepMs = rest.afterMs;
    // As on the other side: a wake-up may be that of the group before.
    while (Atomics.load(words, GROUPS) === served) {
      if (Atomics.wait(words, GROUPS, served, sleepMs) !== 'timed-out') continue;
      rest.run();
      sleepMs = Infinity;
    }
    const kind = words[GROUP_KIND];
    if (kind === STOP) return letters.close();
    const result = write(unpackGroup(kind === AS_LETTER ? Buffer.from(receiveMessageOnPort(letters)?.message as ArrayBuffer) : group));
    if (result.failure !== undefined || result.added.length > 0) {
      letters.postMessage(result, []);
      words[ANSWER_KIND] = AS_LETTER;
    } else {
      answer[0] = result.createdMs;
      answer.set(result.answers, 1);
      words[ANSWER_KIND] = IN_MEMORY;
    }
    Atomics.store(words, ANSWERS, served + 1);
    Atomics.notify(words, ANSWERS);
  }
};
