import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { diskRefusalAt, requiredFreeBytes, watchDisk } from './disk-space.ts';
import { defaultLimits } from './limits.ts';

const GIB = 1024 ** 3;
const limits = { diskFreeBytesMin: GIB, diskFreePercentMin: 5 };

describe('the disk watermark', () => {
  it('is the larger of bytes and percent', () => {
    expect(requiredFreeBytes({ freeBytes: 0, totalBytes: 10 * GIB }, limits)).toBe(GIB);
    expect(requiredFreeBytes({ freeBytes: 0, totalBytes: 100 * GIB }, limits)).toBe(5 * GIB);
  });

  it('lets appends pass at the mark and refuses them below it, with figures', () => {
    expect(diskRefusalAt({ freeBytes: GIB, totalBytes: 10 * GIB }, limits)).toBeUndefined();
    expect(diskRefusalAt({ freeBytes: GIB - 1, totalBytes: 10 * GIB }, limits)).toMatch(
      /^disk nearly full: 1023 MiB free, 1024 MiB must stay free/,
    );
  });

  it('is looked at again and again: appends resume by themselves', async () => {
    const changing = { ...defaultLimits, diskFreeBytesMin: Number.MAX_SAFE_INTEGER, diskFreePercentMin: 0, diskCheckIntervalMs: 10 };
    const watch = await watchDisk(tmpdir(), changing);
    expect(watch.refusal()).toContain('disk nearly full');
    changing.diskFreeBytesMin = 0;
    await expect.poll(watch.refusal).toBeUndefined();
    changing.diskFreeBytesMin = Number.MAX_SAFE_INTEGER;
    await expect.poll(watch.refusal).toContain('disk nearly full');
    watch.stop();
  });
});
