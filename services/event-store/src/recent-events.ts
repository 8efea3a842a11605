import { RECENT_EVENT_IDS } from './limits.ts';

/** Where a recently written event stands. */
type Place = { stream: string; revision: number };

/** Remembers the newest event ids in two generations: the older one is dropped whole, so the memory stays bounded without bookkeeping. */
export type RecentEvents = {
  remember: (id: string, stream: string, revision: number) => void;
  revisionOf: (id: string, stream: string) => number | undefined;
  /** Forgets everything: after a rolled-back transaction nothing remembered can be trusted. */
  forget: () => void;
};

/** @param generationSize ids per generation; between one and two generations are remembered. */
export const rememberRecentEvents = (generationSize = RECENT_EVENT_IDS): RecentEvents => {
  let young = new Map<string, Place>();
  let old = new Map<string, Place>();
  return {
    remember(id, stream, revision) {
      if (young.size >= generationSize) {
        old = young;
        young = new Map();
      }
      young.set(id, { stream, revision });
    },
    revisionOf(id, stream) {
      const place = young.get(id) ?? old.get(id);
      return place?.stream === stream ? place.revision : undefined;
    },
    forget() {
      young = new Map();
      old = new Map();
    },
  };
};
