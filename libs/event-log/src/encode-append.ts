/** An event ready to be stored: data and metadata as JSON text, `private` sealed. */
export type ProposedEvent = { id: string; type: string; data: string; metadata: string };

export type AppendRequest = {
  /** UUID that the answer carries. */
  correlationId: string;
  stream: string;
  /** −1: the stream must not exist. */
  expected: number;
  events: ProposedEvent[];
  /** When the server may give up, milliseconds since 1970. */
  deadlineMs: number;
};

const UUID_CHARS = 36;
/** A UUID message: tag, length, text. */
const UUID_BYTES = 2 + UUID_CHARS;
/** Map entry `content-type: application/json`, tag and length included. */
const JSON_ENTRY = mapEntry('content-type', 'application/json');
const TYPE_KEY = Buffer.from('\n\u0004type');

function mapEntry(key: string, value: string): Buffer {
  const entry = Buffer.concat([Buffer.from([0x0a, key.length]), Buffer.from(key), Buffer.from([0x12, value.length]), Buffer.from(value)]);
  return Buffer.concat([Buffer.from([0x12, entry.length]), entry]);
}

type Sized = { event: ProposedEvent; typeBytes: number; metadataBytes: number; dataBytes: number; bytes: number };

/**
 * Encodes one `event_store.client.streams.BatchAppendReq` (streams.proto of the client 6.2.1) with all events of an append. By hand, because
 * this runs for every append: the generated encoder serializes each event twice, through base64.
 * Fields: 1 correlation id, 2 options (1 stream, 2 revision or 3 no stream, 6 deadline), 3 events (1 id, 2 type and content type, 3 metadata,
 * 4 data), 4 final.
 */
export const encodeAppend = ({ correlationId, stream, expected, events, deadlineMs }: AppendRequest): Buffer => {
  const streamBytes = Buffer.byteLength(stream);
  const seconds = Math.floor(deadlineMs / 1000);
  // Without its fraction a deadline below a second ahead may lie in the past, and the server would refuse at once.
  const nanos = Math.floor(deadlineMs % 1000) * 1_000_000;
  const timestampBytes = 1 + varintBytes(seconds) + (nanos === 0 ? 0 : 1 + varintBytes(nanos));
  const optionsBytes = field(field(streamBytes)) + (expected < 0 ? 2 : 1 + varintBytes(expected)) + field(timestampBytes);
  const sized = events.map(sizeOf);
  const total = field(UUID_BYTES) + field(optionsBytes) + sized.reduce((sum, { bytes }) => sum + field(bytes), 0) + 2;
  const to = Buffer.allocUnsafe(total);

  let at = writeUuid(to, writeHead(to, 0, 0x0a, UUID_BYTES), correlationId);
  at = writeHead(to, at, 0x12, optionsBytes);
  at = writeHead(to, at, 0x0a, field(streamBytes));
  at = writeHead(to, at, 0x1a, streamBytes);
  at += to.write(stream, at);
  at = expected < 0 ? writeHead(to, at, 0x1a, 0) : writeHead(to, at, 0x10, expected);
  at = writeHead(to, at, 0x32, timestampBytes);
  at = writeHead(to, at, 0x08, seconds);
  if (nanos !== 0) at = writeHead(to, at, 0x10, nanos);
  for (const event of sized) at = writeEvent(to, writeHead(to, at, 0x1a, event.bytes), event);
  writeHead(to, at, 0x20, 1);
  return to;
};

const sizeOf = (event: ProposedEvent): Sized => {
  const typeBytes = Buffer.byteLength(event.type);
  const metadataBytes = Buffer.byteLength(event.metadata);
  const dataBytes = Buffer.byteLength(event.data);
  const bytes = field(UUID_BYTES) + field(TYPE_KEY.length + field(typeBytes)) + JSON_ENTRY.length + field(metadataBytes) + field(dataBytes);
  return { event, typeBytes, metadataBytes, dataBytes, bytes };
};

const writeEvent = (to: Buffer, start: number, { event, typeBytes, metadataBytes, dataBytes }: Sized): number => {
  let at = writeUuid(to, writeHead(to, start, 0x0a, UUID_BYTES), event.id);
  at = writeHead(to, at, 0x12, TYPE_KEY.length + field(typeBytes));
  at += TYPE_KEY.copy(to, at);
  at = writeHead(to, at, 0x12, typeBytes);
  at += to.write(event.type, at);
  at += JSON_ENTRY.copy(to, at);
  at = writeHead(to, at, 0x1a, metadataBytes);
  at += to.write(event.metadata, at);
  at = writeHead(to, at, 0x22, dataBytes);
  return at + to.write(event.data, at);
};

const writeUuid = (to: Buffer, start: number, uuid: string): number => {
  const at = writeHead(to, start, 0x12, UUID_CHARS);
  return at + to.write(uuid, at, 'latin1');
};

/** Bytes of a field with content of this length: one byte of tag, the length, the content. */
const field = (bytes: number): number => 1 + varintBytes(bytes) + bytes;

const varintBytes = (value: number): number => {
  let bytes = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) bytes++;
  return bytes;
};

/** A tag and a number: a length, or a number field itself. */
const writeHead = (to: Buffer, start: number, tag: number, value: number): number => {
  to[start] = tag;
  let at = start + 1;
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) to[at++] = (rest % 128) | 0x80;
  to[at++] = rest;
  return at;
};
