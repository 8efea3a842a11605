/** One event of a stream (HTML Living Standard, "Server-sent events"). `id` stays what it was until another comes. */
export type ServerSentEvent = { id: string; event: string; data: string };

/** Characters of one event that are kept at most: a stream that never ends one must not fill the memory. */
const EVENT_CHARS_MAX = 1_000_000;

/**
 * Reads a stream of server-sent events. Comments and fields it does not know are skipped; an event without data only sets the id.
 * @param onId called when the id changes, also where no event comes with it
 * @throws RangeError for an event that is longer than any of ours
 */
export async function* serverSentEvents(
  chunks: AsyncIterable<Uint8Array>,
  onId: (id: string) => void = () => undefined,
): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  let id = '';
  let event = '';
  let data: string[] = [];
  for await (const chunk of chunks) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    if (rest.length > EVENT_CHARS_MAX) throw new RangeError('the stream sends a line that does not end');
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0) yield { id, event: event || 'message', data: data.join('\n') };
        event = '';
        data = [];
        continue;
      }
      const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
      if (field === 'data') data.push(value);
      else if (field === 'event') event = value;
      else if (field === 'id' && !value.includes('\0')) onId((id = value));
    }
  }
}
