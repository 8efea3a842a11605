import { type FormEvent, useEffect, useRef, useState } from 'react';
import { post } from '../api/client.ts';
import { Door, DoorRefusal } from './door.tsx';
import { refusalOf } from './sign-in-words.ts';

/** The second step after a right password: a code of the authenticator app, or a recovery code. */
export const SecondFactor = ({ flow, done, back }: { flow: string; done(): Promise<void>; back(): void }) => {
  const [refusal, setRefusal] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const code = useRef<HTMLInputElement>(null);
  useEffect(() => code.current?.focus(), []);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setBusy(true);
    setRefusal(null);
    try {
      await post('/api/sign-in/second-factor', { flow, code: code.current?.value.trim() ?? '' });
      await done();
    } catch (error) {
      setRefusal(refusalOf(error));
      setBusy(false);
      code.current?.select();
    }
  };
  return (
    <Door title="One more step" lead="Type the six digits your authenticator app shows now. If you have lost it, type a recovery code.">
      <form onSubmit={event => void submit(event)}>
        <label>
          Code
          <input ref={code} autoComplete="one-time-code" inputMode="text" spellCheck={false} required minLength={6} maxLength={32} />
        </label>
        <DoorRefusal>{refusal}</DoorRefusal>
        <button type="submit" className="button primary" disabled={busy}>
          {busy ? 'Checking…' : 'Continue'}
        </button>
        <button type="button" className="button quiet" onClick={back}>
          Back
        </button>
      </form>
    </Door>
  );
};
