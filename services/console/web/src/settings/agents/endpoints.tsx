import { useState } from 'react';
import { AgentText } from '../../text/agent-text.tsx';
import { CopyButton } from '../../text/copy-button.tsx';
import { Ago, Clock } from '../../time/clock.tsx';
import { AskFirst } from '../ask-first.tsx';
import { Field, Listing, Panel, Said } from '../panel.tsx';
import { Secret } from '../secret.tsx';
import type { PartProps } from '../settings.tsx';
import { type Change, useChange, useSetting } from '../use-setting.ts';
import { OVERLAPS, overlapWords } from './overlaps.ts';

type Endpoint = {
  id: string;
  url: string | null;
  publicKey: string;
  disabled: boolean;
  operational: boolean;
  previousKey: { publicKey: string; until: string } | null;
};
type Callback = {
  id: string;
  endpointId: string | null;
  state: string;
  attempts: number;
  owedAt: string;
  lastAttempt: { status: number | null; errorClass: string | null } | null;
};

/** Endpoints: where apps are told, and with which signatures. */
const EndpointsPage = ({ rights: { admin } }: PartProps) => {
  const endpoints = useSetting<{ items: Endpoint[] }>('/api/endpoints');
  const items = endpoints.data?.items ?? [];
  return (
    <>
      <Listing query={endpoints} empty={items.length === 0 ? 'There is none: apps name an address with each request.' : null}>
        {items.map(endpoint => (
          <OneEndpoint key={endpoint.id} endpoint={endpoint} admin={admin} />
        ))}
      </Listing>
      {admin && <NewEndpoint taken={items.map(({ id }) => id)} />}
    </>
  );
};
export default EndpointsPage;

const OneEndpoint = ({ endpoint, admin }: { endpoint: Endpoint; admin: boolean }) => {
  const change = useChange();
  const [secret, setSecret] = useState<string | null>(null);
  const { id, url, publicKey, disabled, operational, previousKey } = endpoint;
  return (
    <Panel
      title={id}
      intro={url === null ? 'Signs callbacks whose address comes with the request.' : <AgentText text={url} />}
      aside={<span className={`tag ${disabled ? 'bad' : 'good'}`}>{disabled ? 'disabled' : 'active'}</span>}
    >
      <p className="hook-url">
        <span className="muted small">Public key (v1a)</span> <code>{publicKey}</code>{' '}
        <CopyButton text={() => publicKey} what="the public key" />
      </p>
      {previousKey !== null && Date.parse(previousKey.until) > Date.now() && (
        <p className="muted small">
          The key before signs as well until <Clock at={previousKey.until} />.
        </p>
      )}
      {operational && <p className="muted small">It is told when an endpoint is disabled or a callback is given up.</p>}
      {secret !== null && <Secret what="The signing secret" value={secret} />}
      {admin && <Actions endpoint={endpoint} change={change} onSecret={setSecret} />}
      <Said change={change} />
      {url !== null && <Latest id={id} />}
    </Panel>
  );
};

const Actions = ({
  endpoint: { id, url, disabled },
  change,
  onSecret,
}: {
  endpoint: Endpoint;
  change: Change;
  onSecret(secret: string): void;
}) => {
  const [overlapSec, setOverlapSec] = useState<number>(OVERLAPS[2]);
  const path = `/api/endpoints/${encodeURIComponent(id)}`;
  const rotate = async () => {
    const made = await change.change<{ secret: string }>('POST', `${path}/rotate`, { overlapSec }, 'Rotated.');
    if (made !== null) onSecret(made.secret);
  };
  return (
    <div className="ask-row">
      {url !== null && (
        <AskFirst
          label="Test"
          about={id}
          will={`Sends endpoint.test to ${url}, signed as a decision would be.`}
          whyNot={disabled ? 'Enable it first.' : null}
          busy={change.busy}
          run={() => change.change('POST', `${path}/test`, {}, 'On its way; what became of it is listed below.')}
        />
      )}
      <AskFirst
        label="Rotate the secret"
        about={id}
        will={`Makes new signing keys, shown once; ${overlapWords(overlapSec)}.`}
        busy={change.busy}
        run={rotate}
      />
      <label className="inline-field">
        <span className="visually-hidden">After rotating the secret of {id}</span>
        <select value={overlapSec} onChange={event => setOverlapSec(Number(event.target.value))}>
          {OVERLAPS.map(seconds => (
            <option key={seconds} value={seconds}>
              {overlapWords(seconds)}
            </option>
          ))}
        </select>
      </label>
      {disabled ? (
        <AskFirst
          tone="primary"
          label="Enable"
          about={id}
          will="Callbacks go there again; what waits comes with its next attempt."
          busy={change.busy}
          run={() => change.change('POST', `${path}/enable`, {}, 'Enabled.')}
        />
      ) : (
        <AskFirst
          tone="stern"
          label="Disable"
          about={id}
          will="No callback goes there any more. Decisions stay at GET and wait."
          busy={change.busy}
          run={() => change.change('DELETE', path, undefined, 'Disabled.')}
        />
      )}
    </div>
  );
};

const Latest = ({ id }: { id: string }) => {
  const { data } = useSetting<{ items: Callback[] }>(`/api/callbacks?endpoint=${encodeURIComponent(id)}&state=all&limit=5`);
  if (data === undefined || data.items.length === 0) return null;
  return (
    <details className="setting-more">
      <summary>Latest callbacks</summary>
      <ul className="setting-rows">
        {data.items.map(callback => (
          <li key={callback.id}>
            <code>{callback.id}</code>
            <span className={`tag ${callback.state === 'delivered' ? 'good' : callback.state === 'exhausted' ? 'bad' : ''}`}>
              {callback.state}
            </span>
            <span className="muted small">
              {callback.attempts} {callback.attempts === 1 ? 'attempt' : 'attempts'}, <Ago at={callback.owedAt} />
              {callback.lastAttempt !== null && ` · ${callback.lastAttempt.status ?? callback.lastAttempt.errorClass ?? ''}`}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
};

const NewEndpoint = ({ taken }: { taken: readonly string[] }) => {
  const change = useChange();
  const [id, setId] = useState('');
  const [url, setUrl] = useState('');
  const [operational, setOperational] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const known = taken.includes(id.trim());
  const register = async () => {
    const made = await change.change<{ secret?: string }>(
      'POST',
      '/api/endpoints',
      { id: id.trim(), url: url.trim(), operational },
      'Registered.',
    );
    if (made?.secret !== undefined) setSecret(made.secret);
  };
  return (
    <Panel
      title="Register an endpoint"
      intro="An app names it by its id instead of an address. Registering a known id again gives it another address and keeps its keys."
    >
      <div className="setting-form">
        <Field label="Id" error={change.errorAt('/id')}>
          {props => <input {...props} spellCheck={false} value={id} onChange={event => setId(event.target.value)} />}
        </Field>
        <Field label="URL" error={change.errorAt('/url')}>
          {props => (
            <input
              {...props}
              type="url"
              placeholder="https://app.example.com/holdpoint"
              value={url}
              onChange={event => setUrl(event.target.value)}
            />
          )}
        </Field>
      </div>
      <label className="check-line">
        <input type="checkbox" checked={operational} onChange={event => setOperational(event.target.checked)} /> Tell it when deliveries go
        wrong
      </label>
      {secret !== null && <Secret what="The signing secret" value={secret} />}
      <AskFirst
        label="Register the endpoint"
        will={
          known
            ? `${id.trim()} is called at the new address from now on.`
            : `Callbacks may go to ${url.trim()}, signed with a secret that is shown once.`
        }
        whyNot={id.trim() === '' || url.trim() === '' ? 'Give an id and a URL.' : null}
        busy={change.busy}
        run={register}
      />
      <Said change={change} />
    </Panel>
  );
};
