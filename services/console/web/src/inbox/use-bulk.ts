import type { ApprovalDetail } from '@holdpoint/contracts';
import { useQueries, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { post } from '../api/client.ts';
import { noteWritten } from '../api/own-writes.ts';
import { approvalQuery, type VerbDone } from '../api/queries.ts';
import { keys } from '../api/query-keys.ts';
import { actionHash } from '../review/action-hash.ts';
import { personName } from '../review/words.ts';
import { type BulkVerb, whyNotTogether } from './bulk-candidates.ts';

/** How one of them went. */
type Outcome = { id: string } & (
  Pick<VerbDone, 'outcome' | 'revision' | 'status'> | { outcome: 'refused'; detail?: string; by?: Parameters<typeof personName>[0] }
);
export type Candidate = { id: string; detail: ApprovalDetail | null; whyNot: string | null; outcome: Outcome | null };

/** Reads what is selected, says which of it can be decided together, and decides it with one call. */
export const useBulk = (verb: BulkVerb, ids: readonly string[]) => {
  const client = useQueryClient();
  const read = useQueries({ queries: ids.map(id => approvalQuery(id)) });
  const [hashes, setHashes] = useState<ReadonlyMap<string, string | null>>(new Map());
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, Outcome>>(new Map());
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const details = read.map(({ data }) => data ?? null);
  const shown = details.map(detail => `${detail?.item.id}@${detail?.item.revision}`).join();
  useEffect(() => {
    let current = true;
    const known = details.filter(detail => detail !== null);
    void Promise.all(known.map(async ({ item, effectiveAction }) => [item.id, await actionHash(effectiveAction)] as const)).then(
      entries => current && setHashes(new Map(entries)),
    );
    return () => {
      current = false;
    };
  }, [shown]);

  const candidates = ids.map((id, index): Candidate => {
    const detail = details[index] ?? null;
    const failed = read[index]?.error?.message ?? null;
    const hash = hashes.get(id);
    const whyNot = detail === null ? failed : hash === undefined ? null : whyNotTogether(verb, detail, hash);
    return { id, detail, whyNot, outcome: outcomes.get(id) ?? null };
  });
  const ready = candidates.every(({ id, detail, whyNot }) => whyNot !== null || (detail !== null && hashes.has(id)));
  const decided = candidates.filter(({ detail, whyNot }) => detail !== null && whyNot === null);

  /** Whoever has voted has nothing left to decide there, whatever others have. */
  const noteVote = (vote: Outcome) => {
    const item = decided.find(({ id }) => id === vote.id)?.detail?.item;
    if (item === undefined || vote.outcome !== 'done') return;
    const { revision, status } = vote;
    noteWritten(client, { ...item, revision, status, mayDecide: false, phase: status === 'pending' ? item.phase : 'decided' });
  };

  const send = async (note: string, reasonCode: string | undefined): Promise<void> => {
    setBusy(true);
    setProblem(null);
    const expectedRevisions = Object.fromEntries(decided.map(({ id, detail }) => [id, detail?.item.revision ?? 0]));
    const words = { ...(note.trim() !== '' && { note: note.trim() }), ...(reasonCode !== undefined && { reasonCode }) };
    try {
      const body = { verb, ids: decided.map(({ id }) => id), ...words, ...(verb === 'approve' && { expectedRevisions }) };
      const { items } = await post<{ items: Outcome[] }>('/api/approvals:bulk', body);
      for (const outcome of items) noteVote(outcome);
      setOutcomes(new Map(items.map(item => [item.id, item])));
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
      void client.invalidateQueries({ queryKey: keys.inbox });
    }
  };
  return { candidates, decided, ready, busy, problem, done: outcomes.size > 0, sent: outcomes.size, send };
};

/** How it went, in words: who was faster is named. */
export const outcomeWords = (outcome: Outcome, verb: BulkVerb): string => {
  if (outcome.outcome === 'done') return verb === 'approve' ? 'Approved' : 'Rejected';
  const { by, detail } = outcome;
  return `${by ? `${personName(by)} was faster. ` : ''}${detail ?? 'It was refused.'}`;
};
