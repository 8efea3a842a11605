import type { SecurityStanding } from '@holdpoint/contracts';
import { useState } from 'react';
import { send } from '../../api/client.ts';
import { addressFor, makePasskey, type PasskeyOptions, passkeysWork } from '../../sign-in/passkey.ts';
import { refusalOf } from '../../sign-in/sign-in-words.ts';
import { AgentText } from '../../text/agent-text.tsx';
import { Ago } from '../../time/clock.tsx';
import { AskFirst } from '../ask-first.tsx';
import { Field, Panel, Said } from '../panel.tsx';
import { useChange } from '../use-setting.ts';

/** Passkeys: each is a key on a device, unlocked by finger, face or PIN. */
export const Passkeys = ({ standing, added }: { standing: Pick<SecurityStanding, 'passkeys' | 'passkeyHost'>; added?: () => void }) => {
  const change = useChange();
  const [name, setName] = useState('');
  const [failed, setFailed] = useState<string | null>(null);
  const [making, setMaking] = useState(false);
  const { passkeys, passkeyHost } = standing;
  const add = async () => {
    setFailed(null);
    setMaking(true);
    try {
      const { flow, options } = await send<PasskeyOptions>('POST', '/api/security/passkeys/options', {});
      const credential = await makePasskey(options);
      const body = { flow, credential, name: name.trim() === '' ? 'Passkey' : name.trim() };
      if ((await change.change('POST', '/api/security/passkeys', body, 'The passkey is added.')) === null) return;
      setName('');
      added?.();
    } catch (error) {
      setFailed(refusalOf(error));
    } finally {
      setMaking(false);
    }
  };
  return (
    <Panel
      title="Passkeys"
      intro="The safest way to sign in, and to confirm what is of high risk: nothing to type, nothing to be talked out of."
    >
      {passkeys.length > 0 && (
        <ul className="setting-rows">
          {passkeys.map(passkey => (
            <li key={passkey.id}>
              <div className="row-text">
                <strong>
                  <AgentText text={passkey.name} />
                </strong>
                {passkey.backedUp && <span className="tag">synced</span>}
                <p className="muted small">
                  added <Ago at={passkey.createdAt} />
                  {passkey.lastUsedAt !== null && (
                    <>
                      , used <Ago at={passkey.lastUsedAt} />
                    </>
                  )}
                </p>
              </div>
              <AskFirst
                quiet
                label="Remove"
                about={passkey.name}
                will="It no longer signs you in. It stays on the device until you delete it there."
                busy={change.busy}
                run={() => change.change('DELETE', `/api/security/passkeys/${passkey.id}`, undefined, 'Removed.')}
              />
            </li>
          ))}
        </ul>
      )}
      {passkeysWork(passkeyHost) ? (
        <>
          <div className="setting-form">
            <Field label="Name of the new passkey" hint="So that you know it later: “Work phone”.">
              {props => <input {...props} maxLength={64} value={name} onChange={event => setName(event.target.value)} />}
            </Field>
          </div>
          <div>
            <button type="button" className="button" disabled={making || change.busy} onClick={() => void add()}>
              {making ? 'Waiting for your device…' : 'Add a passkey'}
            </button>
          </div>
        </>
      ) : (
        <p className="muted">
          Passkeys work under <a href={addressFor(passkeyHost)}>{passkeyHost}</a>, not under the address you are at.
        </p>
      )}
      {failed !== null && (
        <p className="bad-text" role="alert">
          {failed}
        </p>
      )}
      <Said change={change} />
    </Panel>
  );
};
