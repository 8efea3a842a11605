import { type FormEvent, useState } from 'react';
import { post } from '../api/client.ts';
import { Door, DoorRefusal } from './door.tsx';
import { refusalOf } from './sign-in-words.ts';

/** Asks for a link with which a new password is set. */
const ForgotPassword = () => {
  const [email, setEmail] = useState('');
  const [said, setSaid] = useState<string | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setRefusal(null);
    try {
      setSaid((await post<{ detail: string }>('/api/password-reset', { email: email.trim() })).detail);
    } catch (error) {
      setRefusal(refusalOf(error));
    }
  };
  return (
    <Door title="A new password" lead="We mail a link to your address. Your second factor stays as it is.">
      {said === null ? (
        <form onSubmit={event => void submit(event)}>
          <label>
            Email
            <input
              type="email"
              autoComplete="username"
              required
              maxLength={254}
              value={email}
              onChange={event => setEmail(event.target.value)}
            />
          </label>
          <DoorRefusal>{refusal}</DoorRefusal>
          <button type="submit" className="button primary">
            Send the link
          </button>
        </form>
      ) : (
        <p role="status">{said}</p>
      )}
      <p className="muted small">No mail is set up here? An administrator makes you a link under People.</p>
      <a className="small" href="/">
        Back to sign-in
      </a>
    </Door>
  );
};
export default ForgotPassword;
