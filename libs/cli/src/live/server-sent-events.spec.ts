import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { serverSentEvents, type ServerSentEvent } from './server-sent-events.ts';

const read = async (chunks: Uint8Array[]) => {
  const ids: string[] = [];
  const events: ServerSentEvent[] = [];
  const stream = (async function* () {
    yield* chunks;
  })();
  for await (const event of serverSentEvents(stream, id => ids.push(id))) events.push(event);
  return { ids, events };
};
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const TEXT =
  'retry: 1000\n\nid: 7\n\n: still here\n\nid: 8\nevent: change\ndata: {"ü":1}\n\nevent: reset\ndata: {}\r\n\r\ndata: a\ndata: b\n\n';

describe('server-sent events', () => {
  it('are read with their ids; an id without data is no event', async () => {
    const { ids, events } = await read([bytes(TEXT)]);
    expect(ids).toEqual(['7', '8']);
    expect(events).toEqual([
      { id: '8', event: 'change', data: '{"ü":1}' },
      { id: '8', event: 'reset', data: '{}' },
      { id: '8', event: 'message', data: 'a\nb' },
    ]);
  });

  it('are the same however the bytes are cut', async () => {
    const whole = bytes(TEXT);
    const expected = await read([whole]);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: whole.length }), { maxLength: 12 }), async cuts => {
        const places = [0, ...cuts.toSorted((a, b) => a - b), whole.length];
        const chunks = places.slice(1).map((end, index) => whole.slice(places[index], end));
        expect(await read(chunks)).toEqual(expected);
      }),
    );
  });

  it('that never end are refused before they fill the memory', async () => {
    await expect(read(Array.from({ length: 12 }, () => bytes('x'.repeat(100_000))))).rejects.toThrow(RangeError);
  });
});
