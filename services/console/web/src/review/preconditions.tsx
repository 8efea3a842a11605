import type { ApprovalDetail, Json } from '@holdpoint/contracts';
import { AgentText } from '../text/agent-text.tsx';
import { changedPreconditionsIn } from './story.ts';

const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));

/** What the agent takes for granted, with the values seen last; what turned out otherwise is marked. */
export const Preconditions = ({ detail }: { detail: ApprovalDetail }) => {
  const { preconditions, history } = detail;
  if (preconditions.length === 0) return null;
  const changed = changedPreconditionsIn(history);
  return (
    <div className="preconditions">
      <h3>What the agent takes for granted</h3>
      <table>
        <caption className="visually-hidden">Preconditions</caption>
        <tbody>
          {preconditions.map((stated, index) => {
            const name = textOf(stated['name']);
            const isChanged = changed.has(name);
            return (
              <tr key={`${name}${index}`} className={isChanged ? 'changed' : ''}>
                <th scope="row">
                  <AgentText text={name} />
                </th>
                <td>
                  <AgentText text={'value' in stated ? textOf(stated['value']) : textOf(stated)} />
                  {isChanged && <span className="tag warn">changed since it was asked</span>}
                </td>
                <td className="muted small">{stated['check'] === undefined ? 'not checked again' : 'checked again on approval'}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
};
