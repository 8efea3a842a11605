/** What keeps Approve off although the person may decide: things of the action they have not been shown yet. */
export type Blocker = 'folded' | 'deceptive' | 'hashMismatch' | 'hashPending';

export type Shown = {
  /** Folded parts of the action. */
  folds: number;
  /** Deceptive places in the action, and whether the person said they have read them. */
  deceptive: number;
  acknowledged: boolean;
  /** Hash of the action on the page; null where the browser cannot compute it, undefined while it is being computed. */
  shownHash: string | null | undefined;
  /** Hashes the request is bound to. */
  boundHashes: readonly (string | null)[];
};

/**
 * An approval counts only for what was shown: nothing folded, no unseen deceptive character, and the very arguments the request is
 * bound to. Rejecting is never blocked.
 */
export const approveBlockers = (shown: Shown): Blocker[] => {
  const blockers: Blocker[] = [];
  if (shown.shownHash === undefined) blockers.push('hashPending');
  else if (shown.shownHash !== null && !shown.boundHashes.includes(shown.shownHash)) blockers.push('hashMismatch');
  if (shown.folds > 0) blockers.push('folded');
  if (shown.deceptive > 0 && !shown.acknowledged) blockers.push('deceptive');
  return blockers;
};

/** The sentence beside the disabled button. */
export const blockerWords = (blocker: Blocker, shown: Shown): string => {
  switch (blocker) {
    case 'folded':
      return shown.folds === 1
        ? 'One part of the action is folded. Open it to approve.'
        : `${shown.folds} parts of the action are folded. Open them to approve.`;
    case 'deceptive':
      return 'The action has characters that deceive the eye. Confirm above that you have read them.';
    case 'hashMismatch':
      return 'What this page shows is not what the request is bound to. It cannot be approved; reject it and tell an administrator.';
    case 'hashPending':
      return 'Checking that the shown action is the bound one…';
  }
};
