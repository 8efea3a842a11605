import type { FollowEnd, FollowOptions } from './follow-once.ts';
import type { Tail, TailReader } from './tail.ts';

/**
 * Follows the log by the tail that the followers of this process share, from a reader's place until it breaks, a callback throws, or this
 * follower is so slow that the tail has let go of what it needs.
 */
export const followTail = async (
  tail: Pick<Tail, 'more'>,
  reader: TailReader,
  { onEvents, onCaughtUp, onCheckpoint, signal }: Omit<FollowOptions, 'prefixes' | 'recent' | 'from'>,
): Promise<FollowEnd> => {
  let told = false;
  try {
    while (!signal.aborted) {
      const news = reader.next();
      if (news === 'behind') return { why: 'elsewhere' };
      if (news === 'nothing') {
        if (told || !reader.caughtUp()) await tail.more();
        else {
          told = true;
          await onCaughtUp();
        }
      } else if ('broken' in news) return { why: 'broken', error: news.broken };
      else {
        if (news.events.length > 0) await onEvents(news.events);
        if (news.events.at(-1)?.position !== news.upTo) await onCheckpoint(news.upTo);
      }
    }
    return { why: 'stopped' };
  } catch (error) {
    return { why: 'callback', error };
  }
};
