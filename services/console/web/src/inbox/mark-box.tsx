import type { InboxItem } from '@holdpoint/contracts';
import type { Marks } from './use-marked.ts';

/** Selects a request, or all of a group; a blank of the same width where there is nothing to decide. */
export const MarkBox = ({ items, marks }: { items: readonly InboxItem[]; marks: Marks }) => {
  const [first] = items;
  if (first === undefined) return <span className="mark-box" aria-hidden="true" />;
  const marked = items.filter(({ id }) => marks.marked.has(id)).length;
  const about = items.length === 1 ? `${first.toolName}, ${first.entityId}` : `${items.length} alike, ${first.toolName}`;
  return (
    <label className="mark-box">
      <input
        type="checkbox"
        tabIndex={-1}
        aria-label={`Select ${about}`}
        checked={marked === items.length}
        ref={box => {
          if (box !== null) box.indeterminate = marked > 0 && marked < items.length;
        }}
        onChange={() => marks.toggle(items)}
      />
    </label>
  );
};
