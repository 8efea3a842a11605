import type { SecurityStanding } from '@holdpoint/contracts';
import { Field, Panel, Said } from '../panel.tsx';
import { AskFirst } from '../ask-first.tsx';
import { useState } from 'react';
import { useChange, useSetting } from '../use-setting.ts';
import { Authenticator } from './authenticator.tsx';
import { Passkeys } from './passkeys.tsx';
import { SessionList } from './session-list.tsx';

/** Security: how you sign in, and where you are signed in. */
const SecurityPage = () => {
  const standing = useSetting<SecurityStanding>('/api/security');
  if (standing.data === undefined) return <p className="muted">{standing.error?.message ?? 'Reading…'}</p>;
  const { data } = standing;
  return (
    <>
      {!data.emailVerified && (
        <p className="notice-line">
          Your address {data.email} is not confirmed yet: without that no link for a new password can be mailed to you.
        </p>
      )}
      <Passkeys standing={data} />
      <Authenticator standing={data} />
      <PasswordPanel has={data.password} />
      <SessionList />
    </>
  );
};
export default SecurityPage;

const PasswordPanel = ({ has }: { has: boolean }) => {
  const change = useChange();
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const save = async () => {
    const body = { password, ...(has ? { current } : {}) };
    if ((await change.change('PUT', '/api/security/password', body, 'Your password is changed; every other session ended.')) === null)
      return;
    setCurrent('');
    setPassword('');
  };
  return (
    <Panel title="Password" intro={has ? undefined : 'You sign in without one.'}>
      <div className="setting-form">
        {has && (
          <Field label="Current password" error={change.errorAt('/current')}>
            {props => (
              <input
                {...props}
                type="password"
                autoComplete="current-password"
                value={current}
                onChange={event => setCurrent(event.target.value)}
              />
            )}
          </Field>
        )}
        <Field label="New password" hint="Twelve characters or more." error={change.errorAt('/password')}>
          {props => (
            <input
              {...props}
              type="password"
              autoComplete="new-password"
              maxLength={256}
              value={password}
              onChange={event => setPassword(event.target.value)}
            />
          )}
        </Field>
      </div>
      <AskFirst
        label={has ? 'Change the password' : 'Set a password'}
        will="You stay signed in here; everywhere else you are signed out."
        whyNot={password === '' || (has && current === '') ? 'Type the passwords first.' : null}
        busy={change.busy}
        run={save}
      />
      <Said change={change} />
    </Panel>
  );
};
