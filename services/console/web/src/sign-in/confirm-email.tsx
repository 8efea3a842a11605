import { useState } from 'react';
import { post } from '../api/client.ts';
import { AgentText } from '../text/agent-text.tsx';
import { Door, DoorRefusal } from './door.tsx';
import { refusalOf } from './sign-in-words.ts';
import { takeSecret } from './take-secret.ts';

/** Confirms the address somebody wants to sign in with, by the link that was mailed there. Opening the page alone changes nothing. */
const ConfirmEmail = () => {
  const [token] = useState(takeSecret);
  const [email, setEmail] = useState<string | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const confirm = async () => {
    setBusy(true);
    setRefusal(null);
    try {
      setEmail((await post<{ email: string }>('/api/me/email/confirm', { token })).email);
    } catch (error) {
      setRefusal(refusalOf(error));
    }
    setBusy(false);
  };
  if (email !== null)
    return (
      <Door
        title="Your address is changed"
        lead={
          <>
            You sign in as <AgentText text={email} /> from now on. Where you are signed in, you stay so.
          </>
        }
      >
        <a className="button primary" href="/">
          Go to the console
        </a>
      </Door>
    );
  return (
    <Door title="Confirm your new address" lead="From then on you sign in with the address this link was mailed to, and alerts go there.">
      <DoorRefusal>{refusal}</DoorRefusal>
      <button type="button" className="button primary" disabled={busy} onClick={() => void confirm()}>
        {busy ? 'Confirming…' : 'Confirm'}
      </button>
    </Door>
  );
};
export default ConfirmEmail;
