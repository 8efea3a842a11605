import type { Io } from './io.ts';

/** How often the bar is drawn on a terminal, and how often a line is written elsewhere, milliseconds. */
const DRAW_MS = 200;
const LINE_MS = 10_000;
const BAR_CHARS = 24;

/** Says on `err` how far something is: a bar on a terminal, now and then a line elsewhere. */
export type ProgressBar = {
  /** @param share 0 to 1 @param count things done so far */
  at(share: number, count: number): void;
  /** Removes the bar. */
  end(): void;
};

export const openProgressBar = (io: Io, what: string, nowMs: () => number = () => performance.now()): ProgressBar => {
  const startedMs = nowMs();
  let drawnMs = startedMs;
  return {
    at: (share, count) => {
      const now = nowMs();
      if (now - drawnMs < (io.overwrite ? DRAW_MS : LINE_MS)) return;
      drawnMs = now;
      const line = progressLine({ share, count, seconds: (now - startedMs) / 1_000, what });
      if (io.overwrite) io.overwrite(line);
      else io.err(line);
    },
    end: () => io.overwrite?.(''),
  };
};

/** `[######      ] 25.0 %  12 345 events/s  1 min 20 s left`. */
export const progressLine = (at: { share: number; count: number; seconds: number; what: string }): string => {
  const share = Math.min(1, Math.max(0, at.share));
  const done = Math.round(share * BAR_CHARS);
  const left = share > 0.001 ? `${durationText((at.seconds * (1 - share)) / share)} left` : '';
  return `[${'#'.repeat(done)}${' '.repeat(BAR_CHARS - done)}] ${(share * 100).toFixed(1)} %  ${inGroups(at.count / at.seconds)} ${at.what}/s  ${left}`.trimEnd();
};

/** Whole number with its thousands apart. */
export const inGroups = (value: number): string => Math.round(value).toLocaleString('en-US').replaceAll(',', ' ');

export const durationText = (seconds: number): string => {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  return whole < 3_600
    ? `${Math.floor(whole / 60)} min ${whole % 60} s`
    : `${Math.floor(whole / 3_600)} h ${Math.floor((whole % 3_600) / 60)} min`;
};
