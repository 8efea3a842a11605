import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { expect } from 'vitest';

/** What {@link ../mutation.ts} asks this process, one at a time: what the sentences reach, or whether any of them notices a mutant. */
export type Question = { mutant: string | null; sentences: { index: number; hitsMax: number }[] };
export type Answer =
  | { noticedBy: string | null }
  /** By sentence: how long it took, how often it reached which mutant, and how often that was reached while the modules were read. */
  | { name: string; ms: number; hits: Record<string, number>; whenRead: Record<string, number>; failure: string | null }[];

type Sentence = { name: string; say: () => unknown };
/** What the mutated code looks at, by the names Stryker's instrumenter gave it. */
type Switches = {
  activeMutant?: string;
  currentTestId?: string;
  hitCount?: number;
  hitLimit?: number;
  mutantCoverage?: { static: Record<string, number>; perTest: Record<string, Record<string, number>> };
};

const bundle = process.argv[2] ?? '';
const script = new Script(`(function (require, exports, module, performance) {${readFileSync(bundle, 'utf8')}\n})`, { filename: bundle });
const load = createRequire(import.meta.url);
const switches: Switches = ((globalThis as { __stryker__?: Switches }).__stryker__ = {});

// The same lives for every mutant, and the first that is noticed is enough. Meant is the copy that the specs read.
const fc = load(fileURLToPath(import.meta.resolve('fast-check'))) as typeof import('fast-check');
fc.configureGlobal({ seed: 20_261_123, endOnFailure: true });

/** Reads all modules and specs anew, so that nothing one mutant left behind meets the next. */
const readAnew = (): Sentence[] => {
  const sentences: Sentence[] = [];
  const around: string[] = [];
  const describe = (name: string, inside: () => void): void => {
    around.push(name);
    inside();
    around.pop();
  };
  const it = (name: string, say: () => unknown): void => void sentences.push({ name: [...around, name].join(' › '), say });
  it.each = (rows: readonly unknown[]) => (name: string, say: (...row: unknown[]) => unknown) => {
    for (const row of rows) it(`${name} ${JSON.stringify(row) ?? ''}`, () => (Array.isArray(row) ? say(...(row as unknown[])) : say(row)));
  };
  const read = script.runInThisContext() as (require: (name: string) => unknown, exports: object, module: object, clock: object) => void;
  // Sentences about time taken have nothing to say here: changed code carries switches, so it is slow by itself.
  read(name => (name === 'vitest' ? { describe, it, expect } : load(name)), {}, { exports: {} }, { now: () => 0 });
  return sentences;
};

const failureOf = async (say: () => unknown): Promise<string | null> => {
  try {
    await say();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

const reached = async (): Promise<Answer> => {
  const answer = [];
  const count = readAnew().length;
  for (let index = 0; index < count; index += 1) {
    switches.mutantCoverage = { static: {}, perTest: {} };
    const sentence = readAnew()[index] as Sentence;
    const startedAt = performance.now();
    switches.currentTestId = 'it';
    const failure = await failureOf(sentence.say);
    delete switches.currentTestId;
    const ms = performance.now() - startedAt;
    const { static: whenRead, perTest } = switches.mutantCoverage;
    answer.push({ name: sentence.name, ms, hits: perTest['it'] ?? {}, whenRead, failure });
  }
  delete switches.mutantCoverage;
  return answer;
};

const noticed = async (mutant: string, asked: Question['sentences']): Promise<Answer> => {
  Object.assign(switches, { activeMutant: mutant, hitCount: 0, hitLimit: Math.max(...asked.map(({ hitsMax }) => hitsMax)) });
  let sentences: Sentence[] = [];
  if ((await failureOf(() => void (sentences = readAnew()))) !== null) return { noticedBy: 'reading the modules' };
  for (const { index, hitsMax } of asked) {
    Object.assign(switches, { hitCount: 0, hitLimit: hitsMax });
    const sentence = sentences[index];
    if (sentence === undefined) return { noticedBy: 'the number of sentences' };
    if ((await failureOf(sentence.say)) !== null) return { noticedBy: sentence.name };
  }
  return { noticedBy: null };
};

process.on('message', ({ mutant, sentences }: Question) => {
  void (mutant === null ? reached() : noticed(mutant, sentences)).then(said => process.send?.(said));
});
