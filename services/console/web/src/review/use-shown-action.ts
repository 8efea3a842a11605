import type { ApprovalDetail } from '@holdpoint/contracts';
import { useEffect, useMemo, useState } from 'react';
import { deceptiveCountIn } from '../text/visible-text.ts';
import { treeRows } from '../tree/tree-rows.ts';
import { actionHash, canonical } from './action-hash.ts';
import type { Shown } from './approve-blockers.ts';

/** Keeps track of how much of the action a person has been shown. */
export const useShownAction = (detail: ApprovalDetail) => {
  const { effectiveAction: action, binding } = detail;
  // The detail is read again on every change; the same action must not fold up again or lose its confirmation.
  const identity = canonical([action.name, action.args]);
  const [opened, setOpened] = useState<{ identity: string; pointers: ReadonlySet<string> | 'all' }>({ identity, pointers: new Set() });
  const [acknowledgedFor, setAcknowledgedFor] = useState<string | null>(null);
  const [hash, setHash] = useState<{ identity: string; value: string | null }>();

  useEffect(() => {
    let current = true;
    void actionHash(action).then(value => current && setHash({ identity, value }));
    return () => {
      current = false;
    };
  }, [identity, action]);

  const pointers = opened.identity === identity ? opened.pointers : new Set<string>();
  const { rows, folds } = useMemo(() => treeRows(action.args, pointers), [identity, opened]);
  const deceptive = useMemo(() => deceptiveCountIn([action.name, action.args]), [identity]);
  const shown: Shown = {
    folds: folds.length,
    deceptive,
    acknowledged: acknowledgedFor === identity,
    shownHash: hash?.identity === identity ? hash.value : undefined,
    boundHashes: [binding.actionHash, binding.approvedActionHash],
  };
  return {
    rows,
    shown,
    open: (pointer: string) => setOpened({ identity, pointers: pointers === 'all' ? 'all' : new Set([...pointers, pointer]) }),
    openAll: () => setOpened({ identity, pointers: 'all' }),
    acknowledge: (yes: boolean) => setAcknowledgedFor(yes ? identity : null),
  };
};
export type ShownAction = ReturnType<typeof useShownAction>;
