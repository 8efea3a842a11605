import type { AmountBand, GateFacts } from '@holdpoint/contracts';
import type { ReturnedBand } from './context.ts';

/** Whether an amount lies in a band: `from` inclusive, `to` exclusive; without an amount only the band that has no bounds. */
export const inBand = ({ from, to }: AmountBand, amount: number | null): boolean =>
  amount === null ? from === null && to === null : (from === null || amount >= from) && (to === null || amount < to);

/** The returned band an action falls into; null when people took none back that fits. */
export const returnedBandOf = (
  bands: readonly ReturnedBand[],
  { agent, tool, amount }: Pick<GateFacts, 'agent' | 'tool' | 'amount'>,
): ReturnedBand | null => {
  for (const returned of bands) if (returned.agentId === agent && returned.tool === tool && inBand(returned.band, amount)) return returned;
  return null;
};

/** A band in words: `from 50 to below 100`. */
export const bandInWords = ({ from, to }: AmountBand): string => {
  if (from === null && to === null) return 'any amount or none';
  if (from === null) return `below ${to}`;
  return to === null ? `from ${from}` : `from ${from} to below ${to}`;
};
