import type { FakeProviders, SmtpCatcher } from '@holdpoint/testing';
import type { OperatorsApi } from '../operators-api.ts';

/** What a person and an administrator have at hand: stand-ins for the providers, and a Holdpoint. */
export type Stage = {
  fakes: FakeProviders;
  mail: SmtpCatcher;
  api: OperatorsApi;
  consoleUrl: string;
  /** E-mail and password of the owner. */
  owner: { email: string; password: string };
};

/** What `POST /api/addresses` answers. */
export type Added = { id: string; link?: string; paste?: string };

/** One channel as `docs/channels/<name>.md` sets it up, with a stand-in for its provider. */
export type DemoChannel = {
  displayName: string;
  /** What is entered at `PUT /api/channels/{channel}`. */
  settings(stage: Stage): Record<string, unknown>;
  /** The provider has to know the hook address before the settings pass their test, so they are saved untested, and again once it does. */
  untested?: true;
  /** What an administrator enters at the provider afterwards. */
  enterHook?(stage: Stage, hookUrl: string): Promise<void> | void;
  /** The owner proves an address of theirs. */
  enrol(stage: Stage, hookUrl: string): Promise<void>;
  /** The owner gets the alert. @returns how to approve from it; null while nothing came */
  alerted(stage: Stage, approvalId: string, hookUrl: string): (() => Promise<void>) | null;
  /** How the owner approves, in words: “presses Approve”. */
  answers: string;
};

/** Begins to add an address of the owner's own. */
export const add = ({ api }: Stage, channel: string, more: Record<string, unknown> = {}): Promise<Added> =>
  api.post<Added>('/api/addresses', { channel, ...more });

/** Enters the code that came. */
export const verify = async ({ api }: Stage, { id }: Added, code: string): Promise<void> => {
  await api.post(`/api/addresses/${id}/verify`, { code });
};

/** @throws Error where a person would see that something is not as described */
export const must = <T>(value: T | null | undefined, what: string): T => {
  if (value === null || value === undefined) throw new Error(`there is no ${what}`);
  return value;
};

/** Waits for something to arrive. @throws Error that names it after ten seconds */
export const arrives = async <T>(what: string, look: () => T | null | undefined, withinMs = 10_000): Promise<T> => {
  const end = performance.now() + withinMs;
  for (;;) {
    const found = look();
    if (found !== null && found !== undefined) return found;
    if (performance.now() > end) throw new Error(`${what} did not come within ${withinMs / 1_000} s`);
    await new Promise(resolve => setTimeout(resolve, 10));
  }
};

/** A parameter of a link, as the app behind it gets it. */
export const parameterOf = ({ link }: Added, name: string): string =>
  must(new URL(must(link, 'link to open')).searchParams.get(name), `${name} in the link`);

/** The six digits of a message that proves a number. */
export const codeIn = (text: string): string | undefined => /(?<!\d)\d{6}(?!\d)/.exec(text)?.[0];

/** Accepts the answer of our hook to a press or reply. @throws Error when it was refused */
export const taken = async (answer: Promise<{ status: number } | null>): Promise<void> => {
  const status = (await answer)?.status ?? 0;
  if (status < 200 || status > 299) throw new Error(`the answer was not taken: ${status}`);
};
