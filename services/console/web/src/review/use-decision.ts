import type { ApprovalDetail, DecisionVerb, VerbBody } from '@holdpoint/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError } from '../api/client.ts';
import { useVerb } from '../api/queries.ts';
import { keys } from '../api/query-keys.ts';
import { serverNowMs } from '../time/server-clock.ts';
import { canonical } from './action-hash.ts';
import { NotConfirmed, type Refusal, refusalOf } from './refusal.ts';
import { stepUp } from './step-up.ts';

/** What a decision was made on: comments and claims move the revision, but only these make it another question. */
const questionOf = (detail: ApprovalDetail): string => canonical([detail.effectiveAction, detail.step?.index ?? null, detail.item.status]);

const DECIDING: readonly DecisionVerb[] = ['approve', 'modify', 'bypass'];

/**
 * Sends verbs. Approve and modify carry the revision that was on the page, so they never count for something newer than what was
 * read; when only a comment or a claim came in between, the same decision is sent once more with the new revision.
 */
export const useDecision = (detail: ApprovalDetail) => {
  const client = useQueryClient();
  const { mutateAsync, isPending } = useVerb(detail.item.id);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [done, setDone] = useState<DecisionVerb | null>(null);
  const [proving, setProving] = useState(false);
  const [codeAsked, setCodeAsked] = useState<{ answer(code: string | null): void } | null>(null);
  const askCode = async (): Promise<string | null> => {
    const { promise, resolve } = Promise.withResolvers<string | null>();
    setCodeAsked({ answer: resolve });
    return promise.finally(() => setCodeAsked(null));
  };

  const send = async (
    verb: DecisionVerb,
    body: VerbBody,
    seen: ApprovalDetail,
    again: boolean,
    mustProve = seen.stepUpNeeded === true,
  ): Promise<void> => {
    const step = seen.step === null ? {} : { step: seen.step.index };
    const pinned = DECIDING.includes(verb) ? { ...step, expectedRevision: seen.item.revision } : {};
    const proof = mustProve && DECIDING.includes(verb) ? await stepUp(seen.item.id, verb, body, askCode) : undefined;
    if (proof === null) throw new NotConfirmed();
    try {
      await mutateAsync({ verb, body: { ...body, ...pinned, ...(proof === undefined ? {} : { stepUp: proof }) } });
    } catch (error) {
      // An edit may cross the line from which a proof is asked for.
      if (error instanceof ApiError && error.code === 'step_up_required' && !mustProve) return send(verb, body, seen, again, true);
      if (!again || !(error instanceof ApiError) || error.code !== 'revision_conflict') throw error;
      const latest = client.getQueryData<ApprovalDetail>(keys.approval(seen.item.id));
      if (latest === undefined || questionOf(latest) !== questionOf(seen)) throw error;
      await send(verb, body, latest, false);
    }
  };

  /** Resolves to whether it was recorded. */
  const decide = async (verb: DecisionVerb, body: VerbBody): Promise<boolean> => {
    setRefusal(null);
    setDone(null);
    setProving(true);
    try {
      await send(verb, body, detail, true);
      setDone(verb);
      return true;
    } catch (error) {
      setRefusal(refusalOf(error, serverNowMs()));
      return false;
    } finally {
      setProving(false);
    }
  };

  return { decide, busy: isPending || proving, codeAsked, refusal, done, forget: () => setRefusal(null) };
};
export type DecisionState = ReturnType<typeof useDecision>;
