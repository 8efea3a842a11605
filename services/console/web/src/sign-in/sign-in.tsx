import type { SignInMethods } from '@holdpoint/contracts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { ApiError, get, post } from '../api/client.ts';
import { keys } from '../api/query-keys.ts';
import { Link } from '../router/link.tsx';
import { Door, DoorRefusal } from './door.tsx';
import { askForPasskey, type PasskeyOptions, passkeysWork, addressFor } from './passkey.ts';
import { SecondFactor } from './second-factor.tsx';
import { refusalOf } from './sign-in-words.ts';
import { beginSingleSignOn } from './sign-on.ts';

/** While it is not known which ways there are, the form with a password is shown: it is nearly always one of them. */
const UNKNOWN: SignInMethods = { password: true, passkey: null, singleSignOn: [], organization: null };

const WRONG_PASSWORD = 'The email address or the password is not right.';

/** Signs a person in. The address they came to, for example from an alert, stays and opens afterwards. */
export const SignIn = () => {
  const client = useQueryClient();
  const methods = useQuery({ queryKey: ['sign-in'], queryFn: () => get<SignInMethods>('/api/sign-in/methods') }).data ?? UNKNOWN;
  const [refusal, setRefusal] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [flow, setFlow] = useState<string | null>(null);
  const signedIn = () => client.resetQueries({ queryKey: keys.me });

  const attempt = async (enter: () => Promise<void>, wrong?: string) => {
    setBusy(true);
    setRefusal(null);
    try {
      await enter();
    } catch (error) {
      const next = error instanceof ApiError && error.code === 'second_factor_required' ? error.problem['flow'] : null;
      if (typeof next === 'string') setFlow(next);
      else setRefusal(refusalOf(error, wrong));
      setBusy(false);
    }
  };
  const byPasskey = () =>
    attempt(async () => {
      const { flow: begun, options } = await post<PasskeyOptions>('/api/sign-in/passkey/options', {});
      await post('/api/sign-in/passkey', { flow: begun, credential: await askForPasskey(options) });
      await signedIn();
    });

  if (flow !== null) return <SecondFactor flow={flow} done={signedIn} back={() => setFlow(null)} />;
  const { passkey, singleSignOn } = methods;
  return (
    <Door
      title="Sign in to review"
      organization={methods.organization}
      lead="Agents stop here and wait for a person. Sign in to see what they ask for."
    >
      {methods.password && (
        <PasswordForm
          busy={busy}
          enter={body => attempt(async () => void (await post('/api/sign-in', body), await signedIn()), WRONG_PASSWORD)}
        />
      )}
      <DoorRefusal>{refusal}</DoorRefusal>
      {(passkey !== null || singleSignOn.length > 0) && (
        <div className="door-ways">
          {passkey !== null &&
            (passkeysWork(passkey.host) ? (
              <button type="button" className="button" disabled={busy} onClick={() => void byPasskey()}>
                Sign in with a passkey
              </button>
            ) : (
              <p className="muted small">
                Passkeys work under <a href={addressFor(passkey.host)}>{passkey.host}</a>.
              </p>
            ))}
          {singleSignOn.map(({ organizationId, name }) => (
            <button
              key={organizationId}
              type="button"
              className="button"
              disabled={busy}
              onClick={() => void attempt(() => beginSingleSignOn(organizationId))}
            >
              Single sign-on for {name}
            </button>
          ))}
        </div>
      )}
      {methods.password && (
        <p className="small">
          <Link to="/forgot-password">Forgot your password?</Link>
        </p>
      )}
      <p className="muted small">
        First start? The owner’s password is in <code>credentials.json</code> in the data folder.
      </p>
    </Door>
  );
};

const PasswordForm = ({ busy, enter }: { busy: boolean; enter(body: { email: string; password: string }): Promise<void> }) => {
  const email = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  useEffect(() => email.current?.focus(), []);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    void enter({ email: email.current?.value.trim() ?? '', password: password.current?.value ?? '' }).then(() =>
      password.current?.select(),
    );
  };
  return (
    <form onSubmit={submit}>
      <label>
        Email
        <input ref={email} name="email" type="email" autoComplete="username" required maxLength={254} />
      </label>
      <label>
        Password
        <input ref={password} name="password" type="password" autoComplete="current-password" required />
      </label>
      <button type="submit" className="button primary" disabled={busy}>
        {busy ? 'Signing in…' : 'Sign in'}
      </button>
    </form>
  );
};
