import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { post } from '../api/client.ts';
import { AgentText } from '../text/agent-text.tsx';
import { Clock } from '../time/clock.tsx';
import { Door, DoorRefusal } from './door.tsx';
import { makePasskey, type PasskeyOptions, passkeysWork } from './passkey.ts';
import { refusalOf } from './sign-in-words.ts';
import { takeSecret } from './take-secret.ts';

type Looked = {
  email: string;
  name: string;
  roles: string[];
  organization: string;
  expiresAt: string;
  invitedBy: string | null;
  methods: string[];
};

/** Somebody was invited: they say how they will sign in, and are in. */
const Invitation = () => {
  const [token] = useState(takeSecret);
  const looked = useQuery({
    queryKey: ['invitation'],
    queryFn: () => post<Looked>('/api/invitations/look', { token }),
    retry: false,
    staleTime: Infinity,
  });
  if (looked.data) return <Accept token={token} to={looked.data} />;
  return (
    <Door title={looked.error === null ? 'Opening the invitation…' : 'This invitation does not open'}>
      <DoorRefusal>{looked.error === null ? null : refusalOf(looked.error)}</DoorRefusal>
      {looked.error !== null && <p className="muted">Ask whoever invited you for a new one.</p>}
    </Door>
  );
};
export default Invitation;

const HOST = window.location.hostname;

const Accept = ({ token, to }: { token: string; to: Looked }) => {
  const [name, setName] = useState(to.name);
  const [password, setPassword] = useState('');
  const [refusal, setRefusal] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const accept = async (how: () => Promise<object>) => {
    setBusy(true);
    setRefusal(null);
    try {
      await post('/api/invitations/accept', { token, name: name.trim() === '' ? to.name : name.trim(), ...(await how()) });
      window.location.replace('/');
    } catch (error) {
      setRefusal(refusalOf(error));
      setBusy(false);
    }
  };
  const byPasskey = async () => {
    const { flow, options } = await post<PasskeyOptions>('/api/invitations/passkey', { token });
    return { passkey: { flow, credential: await makePasskey(options), name: 'First passkey' } };
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    void accept(() => Promise.resolve({ password }));
  };
  return (
    <Door
      title={`Join ${to.organization}`}
      lead={
        <>
          {to.invitedBy === null ? 'You are invited' : <AgentText text={`${to.invitedBy} invites you`} />} as {to.roles.join(', ')}, until{' '}
          <Clock at={to.expiresAt} />. You will sign in as <strong>{to.email}</strong>.
        </>
      }
    >
      <form onSubmit={submit}>
        <label>
          Your name
          <input value={name} autoComplete="name" maxLength={128} onChange={event => setName(event.target.value)} />
        </label>
        <DoorRefusal>{refusal}</DoorRefusal>
        {to.methods.includes('passkey') && passkeysWork(HOST) && (
          <button type="button" className="button primary" disabled={busy} onClick={() => void accept(byPasskey)}>
            Join with a passkey
          </button>
        )}
        {to.methods.includes('password') && (
          <>
            <label>
              Password
              <input
                type="password"
                autoComplete="new-password"
                minLength={12}
                maxLength={256}
                required
                value={password}
                onChange={event => setPassword(event.target.value)}
              />
              <span className="muted small">Twelve characters or more; a few words are easiest to remember.</span>
            </label>
            <button type="submit" className="button" disabled={busy}>
              Join with a password
            </button>
          </>
        )}
        {to.methods.every(method => method === 'oidc') && (
          <p>
            Your organisation signs in by its identity provider: <a href="/">go to sign-in</a> and choose single sign-on.
          </p>
        )}
      </form>
    </Door>
  );
};
