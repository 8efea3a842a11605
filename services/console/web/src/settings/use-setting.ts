import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError, get, send } from '../api/client.ts';
import { keys } from '../api/query-keys.ts';

/** One resource of the settings API; null for a path means it is not asked for. */
export const useSetting = <T>(path: string | null) =>
  useQuery({ queryKey: [...keys.setting, path], queryFn: () => get<T>(path ?? ''), enabled: path !== null });

export type FieldErrors = readonly { pointer: string; detail: string }[];
type Outcome = { kind: 'refused'; code: string; text: string; errors: FieldErrors } | { kind: 'done'; text: string } | null;

/** Sends changes and keeps how the last one went. What a page shows afterwards is read again, never guessed. */
export const useChange = () => {
  const client = useQueryClient();
  const [outcome, setOutcome] = useState<Outcome>(null);
  const [busy, setBusy] = useState(false);

  /** @returns the answer; null when it was refused, with the reason in `outcome` */
  const change = async <T>(method: 'POST' | 'PUT' | 'DELETE', path: string, body: unknown, done: string): Promise<T | null> => {
    setBusy(true);
    setOutcome(null);
    try {
      const answer = await send<T>(method, path, body);
      setOutcome({ kind: 'done', text: done });
      return answer ?? ({} as T);
    } catch (error) {
      const text =
        error instanceof ApiError && error.code === 'unreachable'
          ? 'No answer: it may or may not have been recorded. Look again before you repeat it.'
          : error instanceof Error
            ? error.message
            : String(error);
      const known = error instanceof ApiError ? error : null;
      setOutcome({ kind: 'refused', code: known?.code ?? 'unknown', text, errors: known?.problem.errors ?? [] });
      return null;
    } finally {
      setBusy(false);
      await Promise.all([client.invalidateQueries({ queryKey: keys.setting }), client.invalidateQueries({ queryKey: keys.safety })]);
    }
  };
  const errorAt = (pointer: string): string | null =>
    outcome?.kind === 'refused'
      ? (outcome.errors.find(error => error.pointer === pointer || error.pointer.startsWith(`${pointer}/`))?.detail ?? null)
      : null;
  return { change, outcome, busy, errorAt };
};
export type Change = ReturnType<typeof useChange>;
