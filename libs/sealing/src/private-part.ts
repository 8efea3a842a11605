import type { MasterKey } from './master-key.ts';

/** What seals and opens: the master key, or the data key of one approval. */
export type Sealer = Pick<MasterKey, 'keyId' | 'seal' | 'open'>;

/** Where a private part belongs. A box copied to another event, type or stream does not open there. */
export type PartPlace = { stream: string; type: string; id: string };

const aadOf = ({ stream, type, id }: PartPlace): string => `${stream}\n${type}\n${id}`;

/** Seals an event's `private` member for one place. @returns a box, see `MasterKey` and `dataKeyOf` */
export const sealPart = (key: Sealer, part: unknown, place: PartPlace): string => sealPartText(key, JSON.stringify(part), place);

/** Seals a `private` member that is JSON text already. @returns a box, see `MasterKey` and `dataKeyOf` */
export const sealPartText = (key: Sealer, json: string, place: PartPlace): string => key.seal(json, aadOf(place));

/** Opens an event's `private` member. @throws SealBroken */
export const openPart = (key: Sealer, box: string, place: PartPlace): unknown => JSON.parse(key.open(box, aadOf(place)));
