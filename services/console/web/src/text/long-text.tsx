import { useState } from 'react';
import { AgentText } from './agent-text.tsx';

/** Longer context texts start folded, characters. */
const CHARS_SHOWN = 4_000;
const number = new Intl.NumberFormat('en');

/** A text of the context: the whole of it, or its beginning with a count of the rest. A search opens it. */
export const LongText = ({ text, query = '' }: { text: string; query?: string }) => {
  const [open, setOpen] = useState(false);
  if (open || query !== '' || text.length <= CHARS_SHOWN) return <AgentText block text={text} query={query} />;
  return (
    <>
      <AgentText block text={text.slice(0, CHARS_SHOWN)} />
      <button type="button" className="button fold-button" onClick={() => setOpen(true)}>
        Show {number.format(text.length - CHARS_SHOWN)} more of {number.format(text.length)} characters
      </button>
    </>
  );
};
