import { statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { bad, doubtful, good, type Finding } from './finding.ts';

/** The embedded store refuses appends below 1 GiB or 5 % (services/event-store); from twice that on it is time to act. Bytes and share. */
const FREE_BYTES_BAD = 1_073_741_824;
const FREE_SHARE_BAD = 0.05;
/** Files that hold secrets. */
const SECRETS = ['credentials.json', join('keys', 'master.key')] as const;
const OTHERS_MAY = 0o077;

/** The data folder of an installation on this machine: room on its disk, and secrets that only their owner reads. Nothing where there is none. */
export const machineFindings = (dataFolder: string): Finding[] => {
  if (statSync(dataFolder, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return [diskFinding(dataFolder, statfsSync(dataFolder)), secretsFinding(dataFolder)];
};

/** @param disk blocks as `statfs` counts them */
export const diskFinding = (dataFolder: string, { bavail, blocks, bsize }: { bavail: number; blocks: number; bsize: number }): Finding => {
  const bytes = bavail * bsize;
  const share = blocks === 0 ? 0 : bavail / blocks;
  const says = `${(bytes / 1_073_741_824).toFixed(1)} GiB (${(share * 100).toFixed(0)} %) are free for ${dataFolder}`;
  if (bytes < FREE_BYTES_BAD || share < FREE_SHARE_BAD)
    return bad('disk', says, 'Make room: the event store refuses appends below 1 GiB or 5 %, and goes on by itself above.');
  if (bytes < 2 * FREE_BYTES_BAD || share < 2 * FREE_SHARE_BAD)
    return doubtful('disk', says, 'Make room soon: below 1 GiB or 5 % the event store refuses appends.');
  return good('disk', says);
};

const secretsFinding = (dataFolder: string): Finding => {
  const open = SECRETS.filter(name => ((statSync(join(dataFolder, name), { throwIfNoEntry: false })?.mode ?? 0) & OTHERS_MAY) !== 0);
  return open.length === 0
    ? good('secrets', 'only their owner reads them')
    : bad(
        'secrets',
        `others on this machine may read ${open.join(' and ')}`,
        `chmod 600 ${open.map(name => join(dataFolder, name)).join(' ')}, and issue new credentials if others were there.`,
      );
};
