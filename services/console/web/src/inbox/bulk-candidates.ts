import type { ApprovalDetail } from '@holdpoint/contracts';
import { deceptiveCountIn } from '../text/visible-text.ts';

/** What a list may show of one action, characters: all of it can be read at a glance, nothing is folded. */
const ACTION_CHARS_MAX = 1_200;

/** The verbs several requests can be decided with at once. */
export type BulkVerb = 'approve' | 'reject';

/**
 * Why a request is not among those that are decided together; null when it is. Rejecting is never blocked by what the text looks like.
 * @param shownHash of the action as the list shows it; null where the browser cannot compute it
 */
export const whyNotTogether = (verb: BulkVerb, detail: ApprovalDetail, shownHash: string | null): string | null => {
  const may = detail.may.find(entry => entry.verb === verb);
  if (may?.allowed !== true) return may?.why ?? 'It is not yours to decide.';
  if (verb === 'reject') return null;
  const { item, effectiveAction, binding } = detail;
  if (item.flagged === true || deceptiveCountIn([effectiveAction.name, effectiveAction.args]) > 0)
    return 'Its text may mislead: read it on its own page.';
  if (JSON.stringify(effectiveAction.args).length > ACTION_CHARS_MAX) return 'It is too long to be read in a list: open its own page.';
  if (detail.stepUpNeeded === true) return 'It asks for a fresh proof that it is you: approve it on its own page.';
  if (shownHash !== null && shownHash !== binding.actionHash && shownHash !== binding.approvedActionHash)
    return 'Its arguments are not the ones it is bound to.';
  return null;
};
