import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { ApiError, post } from '../api/client.ts';
import { keys } from '../api/query-keys.ts';
import { Mark } from '../shell/icons.tsx';

const refusalOf = (error: unknown): string => {
  if (!(error instanceof ApiError)) return 'Something went wrong in this page. Reload it and try again.';
  if (error.status === 401 || error.status === 403) return 'The email address or the password is not right.';
  if (error.status === 429) return 'Too many attempts. Wait a minute, then try again.';
  return error.message;
};

/** Signs a person in. The address they came to, for example from an alert, stays and opens afterwards. */
export const SignIn = () => {
  const client = useQueryClient();
  const [refusal, setRefusal] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const email = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  useEffect(() => {
    document.title = 'Sign in · Holdpoint';
    email.current?.focus();
  }, []);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setBusy(true);
    setRefusal(null);
    try {
      await post('/api/sign-in', { email: email.current?.value.trim() ?? '', password: password.current?.value ?? '' });
      await client.resetQueries({ queryKey: keys.me });
    } catch (error) {
      setRefusal(refusalOf(error));
      setBusy(false);
      password.current?.select();
    }
  };

  return (
    <main className="sign-in">
      <form onSubmit={event => void submit(event)} aria-describedby="sign-in-why">
        <p className="brand">
          <Mark />
          Holdpoint
        </p>
        <h1>Sign in to review</h1>
        <p id="sign-in-why" className="muted">
          Agents stop here and wait for a person. Sign in to see what they ask for.
        </p>
        <label>
          Email
          <input ref={email} name="email" type="email" autoComplete="username" required maxLength={254} aria-invalid={refusal !== null} />
        </label>
        <label>
          Password
          <input ref={password} name="password" type="password" autoComplete="current-password" required aria-invalid={refusal !== null} />
        </label>
        <p className="refusal" role="alert">
          {refusal}
        </p>
        <button type="submit" className="button primary" disabled={busy}>
          {busy ? 'Signing in…' : 'Sign in'}
        </button>
        <p className="muted small">
          First start? The owner’s password is in <code>credentials.json</code> in the data folder.
        </p>
      </form>
    </main>
  );
};
