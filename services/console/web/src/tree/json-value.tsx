import type { Json } from '@holdpoint/contracts';
import { useMemo, useState } from 'react';
import { treeRows } from './tree-rows.ts';
import { TreeView } from './tree-view.tsx';

/** A JSON value outside the action, with its own folds. */
export const JsonValue = ({ value, caption, query = '' }: { value: Json; caption: string; query?: string }) => {
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const { rows } = useMemo(() => treeRows(value, query === '' ? opened : 'all'), [value, opened, query]);
  return <TreeView rows={rows} caption={caption} query={query} onOpen={pointer => setOpened(new Set([...opened, pointer]))} />;
};
