import { useEffect, useRef, useState } from 'react';
import { Door, DoorRefusal } from './door.tsx';
import { refusalOf } from './sign-in-words.ts';
import { finishSingleSignOn } from './sign-on.ts';

/** The page an identity provider sends the browser back to. What is in its address is used once and taken out of the history. */
const SignOnReturn = () => {
  const [refusal, setRefusal] = useState<string | null>(null);
  const begun = useRef(false);
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    const query = window.location.search.slice(1);
    window.history.replaceState(null, '', '/sign-in/return');
    finishSingleSignOn(query).then(
      to => window.location.replace(to),
      (error: unknown) => setRefusal(refusalOf(error)),
    );
  }, []);
  return (
    <Door title={refusal === null ? 'Signing in…' : 'You are not signed in'}>
      <DoorRefusal>{refusal}</DoorRefusal>
      {refusal !== null && (
        <a className="button primary" href="/">
          Sign in
        </a>
      )}
    </Door>
  );
};
export default SignOnReturn;
