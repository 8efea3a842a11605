import { type FormEvent, useState } from 'react';
import { post } from '../api/client.ts';
import { Door, DoorRefusal } from './door.tsx';
import { refusalOf } from './sign-in-words.ts';
import { takeSecret } from './take-secret.ts';

/** Sets a new password by the link that brought somebody here. */
const NewPassword = () => {
  const [token] = useState(takeSecret);
  const [password, setPassword] = useState('');
  const [done, setDone] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setRefusal(null);
    try {
      await post('/api/password-reset/confirm', { token, password });
      setDone(true);
    } catch (error) {
      setRefusal(refusalOf(error));
    }
  };
  if (done)
    return (
      <Door title="Your password is set" lead="Every session ended. Sign in with the new password.">
        <a className="button primary" href="/">
          Sign in
        </a>
      </Door>
    );
  return (
    <Door title="Set a new password" lead="Twelve characters or more; a few words are easiest to remember.">
      <form onSubmit={event => void submit(event)}>
        <label>
          New password
          <input
            type="password"
            autoComplete="new-password"
            required
            minLength={12}
            maxLength={256}
            value={password}
            onChange={event => setPassword(event.target.value)}
          />
        </label>
        <DoorRefusal>{refusal}</DoorRefusal>
        <button type="submit" className="button primary">
          Set the password
        </button>
      </form>
    </Door>
  );
};
export default NewPassword;
