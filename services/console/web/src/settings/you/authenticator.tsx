import type { SecurityStanding } from '@holdpoint/contracts';
import { lazy, Suspense, useState } from 'react';
import { CopyButton } from '../../text/copy-button.tsx';
import { AskFirst } from '../ask-first.tsx';
import { Field, Panel, Said } from '../panel.tsx';
import { useChange } from '../use-setting.ts';

/** Loaded when somebody sets an app up. */
const QrCode = lazy(() => import('./qr-code.tsx'));

type Key = { secret: string; uri: string };

/** The authenticator app: six digits besides the password, and recovery codes for when the phone is lost. */
export const Authenticator = ({ standing, added }: { standing: Pick<SecurityStanding, 'totp'>; added?: () => void }) => {
  const change = useChange();
  const [key, setKey] = useState<Key | null>(null);
  const [code, setCode] = useState('');
  const [codes, setCodes] = useState<string[] | null>(null);
  const { enabled, recoveryCodesLeft } = standing.totp;
  const begin = async () =>
    setKey(await change.change<Key>('POST', '/api/security/totp', {}, 'Scan the code with your app, then type what it shows.'));
  const confirm = async () => {
    const made = await change.change<{ recoveryCodes: string[] }>(
      'POST',
      '/api/security/totp/confirm',
      { code: code.trim() },
      'The app is set up.',
    );
    if (made === null) return;
    setKey(null);
    setCode('');
    setCodes(made.recoveryCodes);
  };
  const renew = async () => {
    const made = await change.change<{ recoveryCodes: string[] }>(
      'POST',
      '/api/security/recovery-codes',
      {},
      'The codes before no longer work.',
    );
    if (made !== null) setCodes(made.recoveryCodes);
  };
  return (
    <Panel
      title="Authenticator app"
      intro={
        enabled
          ? `Set up. ${recoveryCodesLeft} recovery codes are left.`
          : 'Six digits on your phone that are asked for after your password.'
      }
    >
      {key !== null && (
        <div className="secret">
          <Suspense fallback={<p className="muted">Drawing the code…</p>}>
            <QrCode text={key.uri} label="QR code of the key, for the camera of the app" />
          </Suspense>
          <p>
            Scan this with the app. On the phone itself, <a href={key.uri}>open it in the app</a>. Or type this key into it:
          </p>
          <p>
            <code>{(key.secret.match(/.{1,4}/g) ?? []).join(' ')}</code> <CopyButton text={() => key.secret} what="the key" />
          </p>
          <div className="setting-form">
            <Field label="What the app shows" error={change.errorAt('/code')}>
              {props => (
                <input
                  {...props}
                  inputMode="numeric"
                  autoComplete="one-time-code"
                  maxLength={6}
                  value={code}
                  onChange={event => setCode(event.target.value)}
                />
              )}
            </Field>
          </div>
          <button
            type="button"
            className="button primary"
            disabled={change.busy || code.trim().length !== 6}
            onClick={() => void confirm()}
          >
            Confirm
          </button>
        </div>
      )}
      {codes !== null && (
        <div className="secret" role="status">
          <p>
            <strong>Recovery codes are shown once.</strong> Each signs you in once when your phone is lost. Keep them where your phone is
            not.
          </p>
          <ul className="recovery-codes">
            {codes.map(one => (
              <li key={one}>
                <code>{one}</code>
              </li>
            ))}
          </ul>
          <p className="ask-row">
            <CopyButton text={() => codes.join('\n')} what="the recovery codes" />
            <button
              type="button"
              className="button"
              onClick={() => {
                setCodes(null);
                added?.();
              }}
            >
              I have kept them
            </button>
          </p>
        </div>
      )}
      <div className="ask-row">
        {!enabled && key === null && codes === null && (
          <button type="button" className="button" disabled={change.busy} onClick={() => void begin()}>
            Set up an app
          </button>
        )}
        {enabled && (
          <>
            <AskFirst quiet label="New recovery codes" will="The codes you have no longer work." busy={change.busy} run={renew} />
            <AskFirst
              quiet
              label="Remove the app"
              will="Your password alone signs you in again, where your organisation allows that. The recovery codes end too."
              busy={change.busy}
              run={() => change.change('DELETE', '/api/security/totp', undefined, 'Removed.')}
            />
          </>
        )}
      </div>
      <Said change={change} />
    </Panel>
  );
};
