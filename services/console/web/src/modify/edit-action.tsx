import type { ApprovalDetail } from '@holdpoint/contracts';
import { useEffect, useRef } from 'react';
import { Section } from '../review/section.tsx';
import { AgentText } from '../text/agent-text.tsx';
import { ArgsForm } from './args-form.tsx';
import { DiffView } from './diff-view.tsx';
import type { Edit } from './use-edit.ts';

/** Part 1 while a person edits it: the form, and what it changes, side by side. An edit is a new action: it goes through the rules again. */
export const EditAction = ({
  detail,
  edit,
  refused,
}: {
  detail: ApprovalDetail;
  edit: Edit;
  refused: { pointer: string; detail: string }[];
}) => {
  const part = useRef<HTMLDivElement>(null);
  useEffect(() => part.current?.querySelector<HTMLElement>('input, textarea, select')?.focus(), []);
  return (
    <Section part={1} title="Edit what will be executed" className="executed editing">
      <p className="call">
        <span className="muted">call</span>
        <code className="tool-name">
          <AgentText text={detail.effectiveAction.name} />
        </code>
      </p>
      <div className="edit-columns" ref={part}>
        <div>
          {edit.json === null && edit.fields !== null ? (
            <ArgsForm key={edit.generation} fields={edit.fields} edit={edit} />
          ) : (
            <label className="json-editor">
              Arguments as JSON
              <textarea
                className="code"
                rows={Math.min(24, (edit.json ?? '').split('\n').length + 1)}
                spellCheck={false}
                value={edit.json ?? ''}
                aria-invalid={edit.problems.json !== undefined}
                onChange={event => edit.typeJson(event.target.value)}
              />
              <span className="field-problem" role="alert">
                {edit.problems.json}
              </span>
            </label>
          )}
          <p className="edit-tools">
            {edit.fields !== null && (
              <button
                type="button"
                className="button quiet"
                disabled={edit.json !== null && !edit.valid}
                onClick={() => edit.showJson(edit.json === null)}
              >
                {edit.json === null ? 'Edit as JSON' : 'Edit as a form'}
              </button>
            )}
            <button type="button" className="button quiet" onClick={edit.reset}>
              Undo all changes
            </button>
          </p>
        </div>
        <DiffView changes={edit.changes} hash={edit.hash} />
      </div>
      {refused.length > 0 && (
        <ul className="problems" role="alert">
          {refused.map(error => (
            <li key={error.pointer + error.detail}>
              <code>
                <AgentText text={error.pointer === '' ? 'action' : error.pointer} />
              </code>{' '}
              <AgentText text={error.detail} />
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
};
