import { statfs } from 'node:fs/promises';
import type { StoreLimits } from './limits.ts';

/** Free and total bytes of a disk. */
export type DiskSpace = { freeBytes: number; totalBytes: number };

/** Bytes that must stay free: the configured bytes or the share of the disk, whichever is more. */
export const requiredFreeBytes = (
  { totalBytes }: DiskSpace,
  limits: Pick<StoreLimits, 'diskFreeBytesMin' | 'diskFreePercentMin'>,
): number => Math.max(limits.diskFreeBytesMin, (totalBytes * limits.diskFreePercentMin) / 100);

const mebibytes = (bytes: number): string => `${Math.floor(bytes / 1024 / 1024)} MiB`;

/** Why appends are refused at this free space; undefined when there is enough. */
export const diskRefusalAt = (
  space: DiskSpace,
  limits: Pick<StoreLimits, 'diskFreeBytesMin' | 'diskFreePercentMin'>,
): string | undefined => {
  const required = requiredFreeBytes(space, limits);
  if (space.freeBytes >= required) return undefined;
  return `disk nearly full: ${mebibytes(space.freeBytes)} free, ${mebibytes(required)} must stay free. Appends are refused until space is freed; they resume by themselves.`;
};

export type DiskWatch = { refusal: () => string | undefined; stop: () => void };

/**
 * Measures the free space at an interval. A full disk is the one thing an append-only log cannot mend by itself, so it stops
 * early, while there is still room to fold its write-ahead log and to be backed up.
 */
export const watchDisk = async (dataDir: string, limits: StoreLimits): Promise<DiskWatch> => {
  let refusal: string | undefined;
  const measure = async (): Promise<void> => {
    const { bavail, bsize, blocks } = await statfs(dataDir);
    refusal = diskRefusalAt({ freeBytes: bavail * bsize, totalBytes: blocks * bsize }, limits);
  };
  await measure();
  const timer = setInterval(() => {
    measure().catch((error: unknown) => {
      refusal = `the free disk space cannot be measured (${error instanceof Error ? error.message : String(error)}). Appends are refused until it can.`;
    });
  }, limits.diskCheckIntervalMs);
  timer.unref();
  return { refusal: () => refusal, stop: () => clearInterval(timer) };
};
