import type { SecurityStanding } from '@holdpoint/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { post } from '../api/client.ts';
import { keys } from '../api/query-keys.ts';
import { Authenticator } from '../settings/you/authenticator.tsx';
import { Passkeys } from '../settings/you/passkeys.tsx';
import { useSetting } from '../settings/use-setting.ts';
import { Mark } from '../shell/icons.tsx';

/** The organisation asks for a second factor: until there is one, this is the only page. */
const AddFactor = () => {
  const client = useQueryClient();
  const standing = useSetting<SecurityStanding>('/api/security');
  const goOn = () => void client.resetQueries({ queryKey: keys.me });
  useEffect(() => {
    document.title = 'Add a second factor · Holdpoint';
  }, []);
  return (
    <main className="add-factor">
      <p className="brand">
        <Mark />
        Holdpoint
      </p>
      <h1>Add a second factor</h1>
      <p className="muted">Your organisation asks for more than a password. Set up one of these two; it takes a minute.</p>
      {standing.data !== undefined && (
        <>
          <Passkeys standing={standing.data} added={goOn} />
          <Authenticator standing={standing.data} added={goOn} />
        </>
      )}
      <p>
        <button
          type="button"
          className="button quiet"
          onClick={() => void post('/api/sign-out', {}).then(() => window.location.replace('/'))}
        >
          Sign out
        </button>
      </p>
    </main>
  );
};
export default AddFactor;
