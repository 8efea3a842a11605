import { randomUUID } from 'node:crypto';
import type { ApprovalDetail } from '@holdpoint/contracts';
import { ACCESS_HELP, ACCESS_OPTIONS, accessOf } from '../api/access.ts';
import { operatorsApi } from '../api/operators-api.ts';
import { textOf, type Command } from '../command.ts';
import { paint, plain } from '../paint.ts';
import { say } from '../said.ts';
import { EXIT, usage } from '../stop.ts';
import { inPath, wordsOf } from '../words.ts';

type Decided = { status?: string; revision?: number } & Record<string, unknown>;

const decideCommand = (verb: 'approve' | 'reject', summary: string): Command => ({
  name: verb,
  takes: '<id>',
  summary,
  options: { ...ACCESS_OPTIONS, note: { type: 'string' }, revision: { type: 'string' } },
  help: {
    '--note <text>': verb === 'reject' ? 'Why; the agent is told. Needed.' : 'What the agent and the record are told.',
    '--revision <n>': 'The revision that you looked at; refused when it has changed since. The newest unless given.',
    ...ACCESS_HELP,
  },
  run: async (given, io) => {
    const [id = ''] = wordsOf(given, 'id');
    const note = textOf(given, 'note');
    if (verb === 'reject' && (note ?? '').trim() === '') throw usage('Say why: --note <text>. The agent is told.');
    const seen = textOf(given, 'revision');
    if (seen !== undefined && !/^\d{1,9}$/.test(seen)) throw usage(`--revision must be a number, not ${seen}`);
    const api = operatorsApi(accessOf(given, io));
    const detail = await api.get<ApprovalDetail>(`/api/approvals/${inPath(id)}`);
    const { name, args } = detail.effectiveAction;
    const what = `${plain(name)} ${JSON.stringify(args)}`;
    // What is decided is what was shown: a change in between is refused by its revision.
    const expectedRevision = seen === undefined ? detail.item.revision : Number(seen);
    const decided = await api.send<Decided>(
      'POST',
      `/api/approvals/${inPath(id)}/${verb}`,
      { expectedRevision, ...(note === undefined ? {} : { note }) },
      { 'idempotency-key': randomUUID() },
    );
    const isOver = decided.status !== undefined && decided.status !== 'pending';
    const words = verb === 'approve' ? 'Approved' : 'Rejected';
    say(given, io, { ...decided, id, action: detail.effectiveAction }, [
      paint(io, verb === 'approve' ? 'good' : 'bad', `${words}: ${what}`),
      ...(isOver ? [] : ['Others have to answer too before it is decided.']),
    ]);
    return EXIT.done;
  },
});

/** `holdpoint approve`: lets exactly the action it shows run. */
export const approveCommand = decideCommand('approve', 'Approve what a request would do, as it stands');
/** `holdpoint reject`. */
export const rejectCommand = decideCommand('reject', 'Reject a request, with the reason');
