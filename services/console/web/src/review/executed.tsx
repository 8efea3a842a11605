import type { ApprovalDetail } from '@holdpoint/contracts';
import { Check, Warning } from '../shell/icons.tsx';
import { AgentText } from '../text/agent-text.tsx';
import { CopyButton } from '../text/copy-button.tsx';
import { DiffView } from '../modify/diff-view.tsx';
import { TreeView } from '../tree/tree-view.tsx';
import { changesSinceAsked, GATE_TOOL } from './asked-action.ts';
import { Section } from './section.tsx';
import type { ShownAction } from './use-shown-action.ts';

const HashLine = ({ shownAction, detail }: { shownAction: ShownAction; detail: ApprovalDetail }) => {
  const { shownHash, boundHashes } = shownAction.shown;
  const hash = shownHash ?? detail.binding.approvedActionHash ?? detail.binding.actionHash;
  return (
    <p className="hash-line">
      {typeof shownHash === 'string' &&
        (boundHashes.includes(shownHash) ? (
          <span className="good-text">
            <Check /> These are the bound arguments
          </span>
        ) : (
          <strong className="bad-text">
            <Warning /> Not the arguments this request is bound to
          </strong>
        ))}
      <span className="muted">
        sha256 <code title={hash}>{hash.slice(0, 16)}…</code>
      </span>
      <CopyButton text={() => hash} what="the hash" />
    </p>
  );
};

const titleOf = ({ item, decision }: ApprovalDetail) =>
  item.status === 'pending' ? 'What will be executed' : decision?.approved === true ? 'What was approved' : 'What was asked for';

/** Part 1: the exact call that runs on approval, typed and complete, from the raw arguments and not from the agent's description. */
export const Executed = ({ detail, shownAction }: { detail: ApprovalDetail; shownAction: ShownAction }) => {
  const { effectiveAction: action } = detail;
  const { shown } = shownAction;
  const edits = detail.item.status === 'pending' ? changesSinceAsked(detail) : [];
  return (
    <Section
      part={1}
      title={titleOf(detail)}
      className="executed"
      aside={<CopyButton text={() => JSON.stringify(action, null, 2)} what="the action as JSON" />}
    >
      <p className="call">
        <span className="muted">call</span>
        <code className="tool-name">
          <AgentText text={action.name} />
        </code>
      </p>
      <TreeView rows={shownAction.rows} caption="Arguments of the call" onOpen={shownAction.open} />
      {edits.length > 0 && <DiffView title="Edited since the agent asked" changes={edits} hash={shown.shownHash ?? null} />}
      {action.name === GATE_TOOL && (
        <p className="muted small">
          The app sent no separate action: approving answers the agent’s own request, with exactly these arguments.
        </p>
      )}
      {shown.folds > 1 && (
        <button type="button" className="button" onClick={shownAction.openAll}>
          Show all {shown.folds} folded parts
        </button>
      )}
      {shown.deceptive > 0 && (
        <label className="deceptive-warning">
          <Warning />
          <input type="checkbox" checked={shown.acknowledged} onChange={event => shownAction.acknowledge(event.target.checked)} />
          <span>
            <strong>
              {shown.deceptive === 1
                ? 'One place in this action deceives the eye'
                : `${shown.deceptive} places in this action deceive the eye`}
            </strong>{' '}
            (hidden or look-alike characters, marked above). I have read them as they are.
          </span>
        </label>
      )}
      <HashLine shownAction={shownAction} detail={detail} />
    </Section>
  );
};
