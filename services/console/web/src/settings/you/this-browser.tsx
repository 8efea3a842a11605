import { useEffect, useState } from 'react';
import { browserName } from '../../push/browser-name.ts';
import { type BrowserPush, browserPush, subscribe, unsubscribe } from '../../push/browser-push.ts';
import { Field, Panel, Said } from '../panel.tsx';
import { SaveButton } from '../save-button.tsx';
import { useChange, useSetting } from '../use-setting.ts';
import type { Addresses } from './addresses-of.ts';

/** Notifications in the browser somebody looks from. */
export const ThisBrowser = ({ own }: { own: Addresses }) => {
  const { data } = useSetting<{ publicKey: string | null }>('/api/push');
  const [push, setPush] = useState<BrowserPush | null>(null);
  const look = () => browserPush().then(setPush);
  useEffect(() => void look(), []);
  const known = push?.state === 'on' ? own.items.find(({ fingerprint }) => fingerprint === push.fingerprint) : undefined;
  return (
    <Panel
      title="This browser"
      intro="A notification for each request that waits for you, also while the console is closed. A click opens it."
    >
      {data === undefined || push === null ? (
        <p className="muted">Looking…</p>
      ) : data.publicKey === null ? (
        <p className="muted">Notifications of browsers are not set up; an administrator does that under Channels.</p>
      ) : push.state === 'unsupported' || push.state === 'denied' ? (
        <p>{push.why}</p>
      ) : known !== undefined ? (
        <Told id={known.id} name={known.address} changed={look} />
      ) : (
        <NotTold publicKey={data.publicKey} changed={look} />
      )}
    </Panel>
  );
};

const Told = ({ id, name, changed }: { id: string; name: string; changed(): Promise<void> }) => {
  const change = useChange();
  const stop = async () => {
    const done = await change.change('DELETE', `/api/members/me/addresses/${id}`, undefined, 'Nothing is sent here any more.');
    if (done === null) return;
    await unsubscribe();
    await changed();
  };
  return (
    <div className="ask-row">
      <p>
        You are told here, as <strong>{name}</strong>.
      </p>
      <SaveButton quiet change={change} label="Stop" save={stop} />
      <Said change={change} />
    </div>
  );
};

const NotTold = ({ publicKey, changed }: { publicKey: string; changed(): Promise<void> }) => {
  const change = useChange();
  const [name, setName] = useState(() => browserName(navigator));
  const [problem, setProblem] = useState<string | null>(null);
  const start = async () => {
    setProblem(null);
    try {
      const { endpoint, keys } = await subscribe(publicKey);
      const body = { channel: 'push', address: endpoint, keys, ...(name.trim() === '' ? {} : { name: name.trim() }) };
      if ((await change.change('POST', '/api/addresses', body, 'You are told here from now on.')) !== null) await changed();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <>
      <div className="setting-form">
        <Field label="Call it" hint="So that you know it among your addresses." error={change.errorAt('/name')}>
          {props => <input {...props} maxLength={64} value={name} onChange={event => setName(event.target.value)} />}
        </Field>
      </div>
      <SaveButton change={change} label="Notify me in this browser" save={start} />
      {problem !== null && (
        <p className="bad-text" role="status">
          {problem}
        </p>
      )}
      <Said change={change} />
    </>
  );
};
