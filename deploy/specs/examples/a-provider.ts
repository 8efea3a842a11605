import { createServer } from 'node:http';

type Item = Record<string, unknown>;
type Body = { input?: string | Item[]; messages?: { content: string | Item[] }[] };

let calls = 0;
const REFUND = { order_id: 'A-1', amount: 50 };
const usage = { input_tokens: 1, output_tokens: 1, total_tokens: 2, input_tokens_details: {}, output_tokens_details: {} };

const response = (output: Item[]) => ({ id: `resp_${process.pid}_${++calls}`, object: 'response', status: 'completed', usage, output });
/** A model that calls the refund once and then says what it read, on the wire of the Responses API. */
const answerResponses = ({ input }: Body) => {
  const result = Array.isArray(input) ? input.find(item => item['type'] === 'function_call_output') : undefined;
  const text = { type: 'output_text', text: String(result?.['output']), annotations: [] };
  const id = `call_${process.pid}_${++calls}`;
  return response([
    result
      ? { type: 'message', id: 'msg_1', role: 'assistant', status: 'completed', content: [text] }
      : {
          type: 'function_call',
          id: `fc_${calls}`,
          call_id: id,
          name: 'issue_refund',
          arguments: JSON.stringify(REFUND),
          status: 'completed',
        },
  ]);
};
/** The same on the wire of the Messages API. */
const answerMessages = ({ messages = [] }: Body) => {
  const blocks = messages.flatMap(({ content }) => (Array.isArray(content) ? content : []));
  const result = blocks.find(({ type }) => type === 'tool_result');
  return {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    stop_sequence: null,
    usage,
    content: result
      ? [{ type: 'text', text: typeof result['content'] === 'string' ? result['content'] : JSON.stringify(result['content']) }]
      : [{ type: 'tool_use', id: `toolu_${process.pid}_${++calls}`, name: 'issue_refund', input: REFUND }],
    stop_reason: result ? 'end_turn' : 'tool_use',
  };
};

/** A model provider on loopback for both wires. */
export const startProvider = async () => {
  const server = createServer((request, reply) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const body = JSON.parse(text) as Body;
      const answer = request.url?.includes('/messages') ? answerMessages(body) : answerResponses(body);
      reply.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as { port: number }).port}`, close: () => server.close() };
};
