import { useQueryClient } from '@tanstack/react-query';
import { keys } from '../api/query-keys.ts';

/** Reads again who one is and where, after that was changed from this page: the bar shows it. */
export const useShowAgain = () => {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: keys.me });
};
