import type { AlertChannel, ChannelPolicy, DecisionCeiling, Json } from '@holdpoint/contracts';

/** The limits of channels as they stand in the inputs; empty: by default. */
export type TypedPolicy = {
  ceilings: Partial<Record<AlertChannel, DecisionCeiling | ''>>;
  unitsPerDayMax: Partial<Record<AlertChannel, string>>;
  alertsPerMinuteMax: string;
  coolDownSec: string;
  redactPaths: string;
};

/** How long a new address waits before it may approve, seconds. */
export const COOL_DOWNS: readonly (readonly [string, string])[] = [
  ['', 'by default: numbers after a day, others at once'],
  ['0', 'at once'],
  ['3600', 'after an hour'],
  ['86400', 'after a day'],
  ['604800', 'after a week'],
];

/** What the inputs begin with. */
export const typedPolicy = ({ ceilings, unitsPerDayMax, alertsPerMinuteMax, coolDownSec, redactPaths }: ChannelPolicy): TypedPolicy => ({
  ceilings,
  unitsPerDayMax: Object.fromEntries(Object.entries(unitsPerDayMax).map(([channel, units]) => [channel, String(units)])),
  alertsPerMinuteMax: String(alertsPerMinuteMax),
  coolDownSec: coolDownSec === undefined ? '' : String(coolDownSec),
  redactPaths: redactPaths.join('\n'),
});

/** One JSON Pointer a line. */
export const pathsIn = (text: string): string[] =>
  text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '');

/** A number where it is one; else the text, for the API to name. */
const numberIn = (text: string): Json => (/^\d+$/.test(text.trim()) ? Number(text) : text);

/** The policy as the API takes it: all of it, without what is left to the default. */
export const policyOf = ({
  ceilings,
  unitsPerDayMax,
  alertsPerMinuteMax,
  coolDownSec,
  redactPaths,
}: TypedPolicy): Record<string, Json> => ({
  ceilings: Object.fromEntries(Object.entries(ceilings).filter(([, ceiling]) => ceiling !== '')),
  unitsPerDayMax: Object.fromEntries(
    Object.entries(unitsPerDayMax)
      .filter(([, units]) => units.trim() !== '')
      .map(([channel, units]) => [channel, numberIn(units)]),
  ),
  alertsPerMinuteMax: numberIn(alertsPerMinuteMax),
  ...(coolDownSec === '' ? {} : { coolDownSec: numberIn(coolDownSec) }),
  redactPaths: pathsIn(redactPaths),
});
