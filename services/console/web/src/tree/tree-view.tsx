import { AgentText } from '../text/agent-text.tsx';
import type { TreeRow } from './tree-rows.ts';

/** Numbers from here on get a grouped reading beside them: 1000000 and 100000 look alike. */
const GROUPED_FROM = 10_000;

const groupedReading = (text: string): string | null => {
  const value = Number(text);
  return Number.isInteger(value) && Math.abs(value) >= GROUPED_FROM && /^-?\d+$/.test(text) ? value.toLocaleString('en') : null;
};

const Value = ({ row, query }: { row: Extract<TreeRow, { kind: 'value' }>; query: string }) => {
  if (row.type === 'object' || row.type === 'array') return <span className="muted">{row.text}</span>;
  if (row.isString) return row.text === '' ? <span className="muted">empty text</span> : <AgentText text={row.text} query={query} />;
  const grouped = row.type === 'number' ? groupedReading(row.text) : null;
  return (
    <>
      <span className={`literal ${row.type}`}>{row.text}</span>
      {grouped !== null && <span className="muted"> ({grouped})</span>}
    </>
  );
};

/** A JSON value as a table of members: name, type, whole value. Folds carry a count and a button. */
export const TreeView = ({
  rows,
  caption,
  onOpen,
  query = '',
}: {
  rows: TreeRow[];
  caption: string;
  onOpen: (pointer: string) => void;
  query?: string;
}) => {
  if (rows.length === 0) return <p className="muted">No arguments: the call is made with an empty object.</p>;
  return (
    <table className="tree">
      <caption className="visually-hidden">{caption}</caption>
      <colgroup>
        <col />
        <col />
        <col />
      </colgroup>
      <thead className="visually-hidden">
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Type</th>
          <th scope="col">Value</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(row =>
          row.kind === 'fold' ? (
            <tr key={`fold${row.pointer}`} className="fold">
              <td colSpan={3}>
                <button type="button" className="button fold-button" onClick={() => onOpen(row.pointer)}>
                  Show {row.hidden}
                </button>
              </td>
            </tr>
          ) : (
            <tr key={row.pointer}>
              <th scope="row" style={{ paddingInlineStart: `${0.75 + row.depth * 1.1}rem` }}>
                {row.key === '' ? <span className="muted">value</span> : <AgentText text={row.key} query={query} />}
              </th>
              <td className="type">{row.type}</td>
              <td className="value">
                <Value row={row} query={query} />
              </td>
            </tr>
          ),
        )}
      </tbody>
    </table>
  );
};
