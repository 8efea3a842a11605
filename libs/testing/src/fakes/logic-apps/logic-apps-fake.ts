import { startJsonApi, type JsonApi, type JsonReply, type JsonRequest } from '../json-api.ts';

export type LogicAppsFake = JsonApi & {
  /** What went on in each workflow, in order: the first answer it got. */
  answers: { run: string; body: unknown }[];
  /** A workflow that waits with an HTTP Webhook action. @returns its run and the callback URL it subscribes with */
  waitingRun(): { run: string; callbackUrl: string };
  /** The workflow is cancelled, or its wait is over. */
  cancel(run: string): void;
};

/**
 * An honest fake of Logic Apps' HTTP Webhook action: the callback URL of a run takes one POST and goes on with it; it refuses every later one,
 * and one whose `sig` is not its own. A wait that is over is gone.
 */
export const startLogicAppsFake = async (): Promise<LogicAppsFake> => {
  const waiting = new Map<string, string>();
  const answers: LogicAppsFake['answers'] = [];
  let lastRun = 0;

  const api = await startJsonApi((request: JsonRequest): JsonReply => {
    const run = request.path.split('/').at(-1) ?? '';
    if (request.query.get('sig') !== signatureOf(run)) return refusal(401, 'DirectApiAuthorizationRequired');
    if (request.method !== 'POST') return refusal(404, 'NotFound');
    if (!waiting.delete(run)) return refusal(404, 'WorkflowRunNotFound');
    answers.push({ run, body: request.body });
    return { status: 202 };
  });
  return {
    ...api,
    answers,
    waitingRun: () => {
      const run = `08584${++lastRun}`;
      waiting.set(run, run);
      const query = new URLSearchParams({ 'api-version': '2016-10-01', sp: '/run', sv: '1.0', sig: signatureOf(run) });
      return { run, callbackUrl: `${api.origin}/workflows/fake/runs/${run}?${query.toString()}` };
    },
    cancel: run => void waiting.delete(run),
  };
};

const signatureOf = (run: string): string => `sas-secret-of-${run}`;
const refusal = (status: number, code: string): JsonReply => ({ status, body: { error: { code, message: code } } });
