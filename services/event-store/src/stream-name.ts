/** What a stream's name says about it. */

/** The prefix of the metadata stream of every stream. */
export const METADATA_PREFIX = '$$';

/** The event type of stream metadata. */
export const METADATA_TYPE = '$metadata';

/** The event type that ends a stream for ever. */
export const TOMBSTONE_TYPE = '$streamDeleted';

export const isMetadataStream = (stream: string): boolean => stream.startsWith(METADATA_PREFIX);

/** The metadata stream of a stream. */
export const metadataStreamOf = (stream: string): string => METADATA_PREFIX + stream;

/** The stream a metadata stream describes. */
export const describedStreamOf = (metadataStream: string): string => metadataStream.slice(METADATA_PREFIX.length);

/**
 * The category of a stream: what stands before its first dash, as in EventStoreDB's category projection.
 * @returns the category, or an empty string for a stream without a dash.
 */
export const categoryOf = (stream: string): string => {
  const dash = stream.indexOf('-');
  return dash < 0 ? '' : stream.slice(0, dash);
};

/**
 * A stable 52-bit hash of a stream name: the key of the name index. Two runs of FNV-1a over UTF-16 units, mixed like
 * MurmurHash3's last step, so that similar names spread. An integer key keeps that index small; equal hashes are told apart by
 * the name itself. It is part of the file format.
 */
export const hashOfStream = (stream: string): number => {
  let low = 0x811c9dc5;
  let high = 0x01000193;
  for (let index = 0; index < stream.length; index++) {
    const unit = stream.charCodeAt(index);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit, 0x85ebca6b);
  }
  return mix(low) * 0x100000 + (mix(high) >>> 12);
};

const mix = (bits: number): number => {
  let mixed = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
};
