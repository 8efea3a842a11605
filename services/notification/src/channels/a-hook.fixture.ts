import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { openEgress } from '@holdpoint/egress';
import type { InboundItem, InboundRequest, OpenChannel, OpenOptions, Outcome, Reply } from './channel.ts';
import { openProviderHttp } from './provider-http.ts';

export type Answerable = Extract<InboundItem, { reply: Reply }>;

export type Hook = {
  /** What a channel is opened with: calls go through the real guard, which lets loopback through. */
  options: OpenOptions;
  /** Whose inbound half takes what comes in. */
  serve(channel: OpenChannel): void;
  /** What came in, in order. */
  items: InboundItem[];
  requests: InboundRequest[];
  refusals: string[];
  /** Decides what is told back for presses, texts and enrolments; nothing unless set. */
  answerWith(outcome: ((item: Answerable) => Outcome) | null): void;
  /** Resolves when everything that came in has been acknowledged. */
  settled(): Promise<void>;
  close(): Promise<void>;
};

/** Our side of a channel on loopback: verifies, parses and answers as the engine does, and keeps what came in. @param nowMs the channel's clock */
export const startHook = async (nowMs: () => number = Date.now): Promise<Hook> => {
  const egress = openEgress({ allowCidrs: ['127.0.0.0/8'] });
  const [items, requests, refusals]: [InboundItem[], InboundRequest[], string[]] = [[], [], []];
  const acknowledged: Promise<void>[] = [];
  let channel: OpenChannel | undefined;
  let outcomeOf: ((item: Answerable) => Outcome) | null = null;

  const take = async (request: InboundRequest) => {
    requests.push(request);
    const inbound = channel?.inbound;
    if (inbound === undefined) return { status: 404 };
    const verdict = await inbound.verify(request, nowMs());
    if (verdict.verdict === 'challenge') return verdict.answer;
    if (verdict.verdict === 'refused') {
      refusals.push(verdict.reason);
      return { status: 401 };
    }
    const came = await inbound.parse(request);
    items.push(...came);
    const answerable = came.filter((item): item is Answerable => 'reply' in item);
    const outcomes = outcomeOf === null ? [] : answerable.map(outcomeOf);
    const isTold = (item: Answerable) => inbound.answersWithOutcome && (inbound.isToldByAnswer?.(item) ?? true);
    for (const [index, outcome] of outcomes.entries())
      if (!isTold(answerable[index]!)) acknowledged.push(channel!.acknowledge?.(answerable[index]!, outcome) ?? Promise.resolve());
    return inbound.answer(came, inbound.answersWithOutcome ? outcomes : []);
  };
  const server = http.createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${request.url}`;
      const answer = await take({ method: request.method ?? '', url, headers, rawBody: Buffer.concat(chunks) });
      response.writeHead(answer.status, answer.headers).end(answer.body ?? '');
    })().catch(() => response.writeHead(500).end());
  });
  await new Promise<void>(ready => server.listen(0, '127.0.0.1', ready));
  return {
    options: {
      http: openProviderHttp(egress),
      hookUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/channels/hook`,
      nowMs,
    },
    serve: opened => void (channel = opened),
    items,
    requests,
    refusals,
    answerWith: outcome => void (outcomeOf = outcome),
    settled: async () => void (await Promise.all(acknowledged)),
    close: async () => {
      egress.close();
      server.closeAllConnections();
      await new Promise(closed => server.close(closed));
    },
  };
};
