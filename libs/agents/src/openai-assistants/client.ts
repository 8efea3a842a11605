import type OpenAI from 'openai';
import type { ResumeRequest, ResumeResult } from '../agent.ts';

/** The SDK's own default is ten minutes per attempt; our schedule retries, so give up early, milliseconds. */
const SDK_TIMEOUT_MS = 30_000;

type Sdk = typeof import('openai');
let sdk: Promise<Sdk> | undefined;
/** Imported on first use: it costs most of a second and 36 MB, and many installations never resume a run. */
export const loadSdk = (): Promise<Sdk> => (sdk ??= import('openai'));

/** The SDK's client for one attempt, its retries off: what was applied and lost its reply looks like a refusal when it is sent again. */
export const clientFor = async ({ connection, fetch }: Pick<ResumeRequest, 'connection' | 'fetch'>): Promise<OpenAI> => {
  const { default: Client } = await loadSdk();
  return new Client({ apiKey: connection.apiKey, baseURL: connection.baseUrl, maxRetries: 0, timeout: SDK_TIMEOUT_MS, fetch });
};

/** The status a call was refused with; undefined where there was no answer. */
export const statusOf = async (error: unknown): Promise<number | undefined> => {
  const { APIError } = await loadSdk();
  return error instanceof APIError ? (error.status as number | undefined) : undefined;
};

export const gone = (runStatus: string | null): ResumeResult => ({
  outcome: 'impossible',
  runStatus,
  detail: 'the run, or the whole API, is not there any more (404)',
});
