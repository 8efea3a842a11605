import { type RefObject, useEffect, useRef, useState } from 'react';
import type { Line } from './alike.ts';

type Selected = { view: string; key: string; at: number };

/** Selected when a list was left, so that coming back continues there. */
let left: Selected | null = null;

/** Whether nothing in particular has the focus: the page, or something that the list is a part of. */
const isFocusFree = (list: Element | null): boolean => list !== null && document.activeElement?.contains(list) === true;

/**
 * The selected line of a list, which has the focus when it is moved to by keys. When it goes away (decided, snoozed, expired), the line that took
 * its place is selected, and gets the focus unless something else has it.
 * @param lines what is listed
 * @param view name of the list: another one begins without a selection
 * @param list the element that holds the rows, which carry their key in `data-id`
 * @param scrollTo brings a line into the window
 */
export const useSelection = (lines: readonly Line[], view: string, list: RefObject<HTMLElement | null>, scrollTo: (at: number) => void) => {
  const [selected, setSelected] = useState<Selected | null>(left?.view === view ? left : null);
  const found = lines.findIndex(({ key }) => key === selected?.key);
  const index = found < 0 && selected !== null ? Math.min(selected.at, lines.length - 1) : found;
  const focusWanted = useRef(false);
  const note = (at: number) => {
    const key = lines[at]?.key;
    if (key === undefined) return;
    left = { view, key, at };
    setSelected(left);
  };
  const rowAt = (at: number): HTMLElement | null => {
    const key = lines[at]?.key;
    return key === undefined ? null : (list.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(key)}"]`) ?? null);
  };
  useEffect(() => {
    if (index < 0 || (found >= 0 && selected?.at === found)) return;
    // Whoever has scrolled elsewhere meanwhile stays there.
    if (found < 0 && rowAt(index) !== null && isFocusFree(list.current)) focusWanted.current = true;
    note(index);
  }, [index, found, selected?.at]);
  useEffect(() => {
    const row = focusWanted.current ? rowAt(index) : null;
    if (row === null) return;
    focusWanted.current = false;
    row.focus({ preventScroll: true });
  });
  const focus = () => {
    if (index < 0 || !isFocusFree(list.current)) return;
    scrollTo(index);
    const row = rowAt(index);
    focusWanted.current = row === null;
    row?.focus({ preventScroll: true });
  };

  return {
    index,
    key: lines[index]?.key ?? null,
    /** Selects without moving the focus: it is there already. */
    note: (key: string) => note(lines.findIndex(line => line.key === key)),
    /** Selects and moves the focus there. */
    select: (to: number) => {
      const at = Math.max(0, Math.min(to, lines.length - 1));
      focusWanted.current = true;
      note(at);
      scrollTo(at);
    },
    /** Brings the focus back to the selected line where nothing else has it. */
    focus,
  };
};
