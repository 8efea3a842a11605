import type { MasterKey } from './master-key.ts';

/** Where a private part belongs. A box copied to another event, type or stream does not open there. */
export type PartPlace = { stream: string; type: string; id: string };

const aadOf = ({ stream, type, id }: PartPlace): string => `${stream}\n${type}\n${id}`;

/** Seals an event's `private` member for one place. @returns a box, see {@link MasterKey} */
export const sealPart = (key: MasterKey, part: unknown, place: PartPlace): string => key.seal(JSON.stringify(part), aadOf(place));

/** Opens an event's `private` member. @throws SealBroken */
export const openPart = (key: MasterKey, box: string, place: PartPlace): unknown => JSON.parse(key.open(box, aadOf(place)));
