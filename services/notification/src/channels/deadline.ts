/** `in 5 minutes`, `in 2 hours`, `in 3 days`: rounded down, so that nobody believes to have more time than there is. */
export const timeLeft = (fromIso: string, toIso: string): string => {
  const seconds = Math.max(0, Math.floor((Date.parse(toIso) - Date.parse(fromIso)) / 1_000));
  const [count, unit] =
    seconds < 120
      ? [seconds, 'second']
      : seconds < 7_200
        ? [Math.floor(seconds / 60), 'minute']
        : seconds < 172_800
          ? [Math.floor(seconds / 3_600), 'hour']
          : [Math.floor(seconds / 86_400), 'day'];
  return `in ${count} ${unit}${count === 1 ? '' : 's'}`;
};

/** `2026-11-22 12:10 UTC` */
export const utc = (iso: string): string => `${new Date(iso).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
