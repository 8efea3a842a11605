import type { Json, JsonObject } from '@holdpoint/contracts';
import type { McpGateway } from '@holdpoint/directory';
import type { Egress } from '@holdpoint/egress';
import type * as Library from '@modelcontextprotocol/client';
import type { Client, PriorDiscovery } from '@modelcontextprotocol/client';
import { scrubbed, scrubbedText } from './scrub.ts';
import { AnswerTooLarge, failureOf, UpstreamFailed } from './upstream-failed.ts';

/** One answer of an MCP server, bytes. */
export const ANSWER_BYTES_MAX = 1_048_576;
/** Pages of tools that are looked through for one; a server that has more of them is turning in a circle. */
const PAGES_MAX = 64;
/** The library's own clock must not be faster than the guarded client's, whose errors say more, milliseconds. */
const GRACE_MS = 1_000;
const IDENTITY = { name: 'holdpoint', title: 'Holdpoint', version: '1.0.0' };

/** A tool as its server describes it. */
export type UpstreamTool = JsonObject & { name: string };
export type ToolsPage = { tools: UpstreamTool[]; nextCursor?: string };

/** One conversation with an MCP server. Every method rejects with UpstreamFailed and nothing else. */
export type UpstreamSession = {
  listPage(cursor: string | undefined): Promise<ToolsPage>;
  /** @returns undefined when the server has no tool of that name */
  findTool(name: string): Promise<UpstreamTool | undefined>;
  /** Sends one call, once. */
  call(tool: Pick<UpstreamTool, 'name'> | UpstreamTool, args: JsonObject): Promise<JsonObject>;
};

export type Upstream = {
  /** Opens a conversation, uses and ends it. @throws UpstreamFailed, and what `use` throws */
  with<T>(gateway: McpGateway, use: (session: UpstreamSession) => Promise<T>): Promise<T>;
};

/**
 * Calls MCP servers with the official client, of whichever generation they are, through the guarded client: no redirect is followed, no stream of
 * notices listened to, nothing sent a second time. Each conversation is one use; which generation a server speaks is remembered.
 */
export const openUpstream = (egress: Pick<Egress, 'fetchFor'>): Upstream => {
  const spoken = new WeakMap<McpGateway, PriorDiscovery>();
  let loading: Promise<typeof Library> | undefined;
  return {
    with: async (gateway, use) => {
      const library = await (loading ??= import('@modelcontextprotocol/client'));
      const way = wayTo(gateway, egress);
      const client = new library.Client(IDENTITY, { versionNegotiation: { mode: 'auto' } });
      const transport = new library.StreamableHTTPClientTransport(new URL(gateway.url), {
        fetch: way.fetch,
        onInsufficientScope: 'throw',
        // Leaves redirects to fetch, and ours follows none; by default the library itself would send the call again within the origin.
        redirectPolicy: 'follow',
      });
      const attempt = async <T>(request: (options: { timeout: number }) => Promise<T>): Promise<T> => {
        way.begin();
        try {
          return await request({ timeout: gateway.timeoutSec * 1_000 + GRACE_MS });
        } catch (error) {
          // What it speaks may have changed; the next conversation asks.
          spoken.delete(gateway);
          const { fate, message } = failureOf(error, way.failure(), isAnswer(library));
          throw new UpstreamFailed(fate, scrubbedText(gateway, message));
        }
      };
      try {
        const prior = spoken.get(gateway);
        await attempt(options => client.connect(transport, { ...options, ...(prior !== undefined && { prior }) }));
        spoken.set(gateway, spokenBy(client));
        return await use(sessionOf(client, attempt, result => scrubbed(gateway, result)));
      } finally {
        // A server of 2025-11-25 that gave out a session need not keep it; whether it hears so changes nothing.
        void transport
          .terminateSession()
          .catch(() => {})
          .then(() => client.close())
          .catch(() => {});
      }
    },
  };
};

const spokenBy = (client: Client): PriorDiscovery => {
  const discover = client.getDiscoverResult();
  return client.getProtocolEra() === 'modern' && discover !== undefined ? { kind: 'modern', discover } : { kind: 'legacy' };
};

const isAnswer =
  ({ ProtocolError }: typeof Library) =>
  (error: unknown): boolean =>
    error instanceof ProtocolError;

type Attempt = <T>(request: (options: { timeout: number }) => Promise<T>) => Promise<T>;

const sessionOf = (client: Client, attempt: Attempt, clean: (result: JsonObject) => JsonObject): UpstreamSession => {
  const listPage = async (cursor: string | undefined): Promise<ToolsPage> => {
    const request = { method: 'tools/list' as const, params: cursor === undefined ? {} : { cursor } };
    const { tools, nextCursor } = await attempt(options => client.request(request, options));
    return { tools: tools as unknown as UpstreamTool[], ...(nextCursor !== undefined && { nextCursor }) };
  };
  return {
    listPage,
    findTool: async name => {
      let cursor: string | undefined;
      for (let page = 0; page < PAGES_MAX; page += 1) {
        const { tools, nextCursor } = await listPage(cursor);
        const found = tools.find(tool => tool.name === name);
        if (found !== undefined || nextCursor === undefined) return found;
        cursor = nextCursor;
      }
      return undefined;
    },
    call: (tool, args) =>
      attempt(async options => {
        const definition = 'inputSchema' in tool ? { toolDefinition: withoutOutputSchema(tool) } : {};
        const result = await client.callTool({ name: tool.name, arguments: args }, { ...options, ...definition });
        return clean(result as unknown as JsonObject);
      }),
  };
};

/** Whether a result is what the tool promised is for the agent's client to judge: it has happened either way. */
const withoutOutputSchema = ({ outputSchema: _unread, ...tool }: UpstreamTool & { outputSchema?: Json }): Library.Tool =>
  tool as unknown as Library.Tool;

/** The way to one server: its credential is added here, where the protocol library does not see it. */
const wayTo = ({ credential, timeoutSec }: McpGateway, egress: Pick<Egress, 'fetchFor'>) => {
  let failure: unknown;
  let endsMs = 0;
  const guardedFetch: typeof fetch = async (input, init) => {
    if ((init?.method ?? 'GET') === 'GET') return new Response(null, { status: 405 });
    const headers = new Headers(init?.headers);
    if (credential !== null) headers.set(credential.header, credential.value);
    const timeoutMs = Math.max(1, endsMs - performance.now());
    try {
      return await egress.fetchFor({ timeoutMs, maxResponseBytes: ANSWER_BYTES_MAX })(input, { ...init, headers });
    } catch (error) {
      failure = error instanceof TypeError ? new AnswerTooLarge(ANSWER_BYTES_MAX) : error;
      throw failure;
    }
  };
  return {
    fetch: guardedFetch,
    /** Another request begins, with all the time one may take. */
    begin: () => {
      failure = undefined;
      endsMs = performance.now() + timeoutSec * 1_000;
    },
    failure: () => failure,
  };
};
