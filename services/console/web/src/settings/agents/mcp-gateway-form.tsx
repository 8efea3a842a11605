import { useState } from 'react';
import { AskFirst } from '../ask-first.tsx';
import { Field, Panel, Said } from '../panel.tsx';
import { useChange, type Change } from '../use-setting.ts';
import type { Gateway } from './mcp-gateways.tsx';

type Shown = 'kept' | 'none' | 'bearer' | 'header';
const SHOWN: Record<Shown, string> = {
  kept: 'The one on record',
  none: 'No credential',
  bearer: 'A bearer token',
  header: 'A header of its own',
};

const formOf = (known: Gateway | null) => ({
  id: known?.id ?? '',
  name: known?.name ?? '',
  url: known?.url ?? '',
  mode: known?.mode ?? ('live' as Gateway['mode']),
  agents: known?.agents?.join(' ') ?? '',
  passThrough: known?.passThrough.join('\n') ?? '',
  shown: (known?.credential == null ? 'none' : 'kept') as Shown,
  header: known?.credential?.header ?? '',
  secret: '',
});
type Form = ReturnType<typeof formOf>;

const wordsIn = (text: string): string[] => text.split(/[\s,]+/).filter(word => word !== '');

const credentialIn = ({ shown, header, secret }: Form) =>
  ({ kept: undefined, none: null, bearer: { bearer: secret }, header: { header: header.trim(), value: secret } })[shown];

const isWhole = ({ id, name, url, shown, header, secret }: Form): boolean =>
  [id, name, url].every(text => text.trim() !== '') &&
  (shown === 'kept' || shown === 'none' || secret !== '') &&
  (shown !== 'header' || header.trim() !== '');

/** All of a gateway, as the API takes it. What the form does not show stays as it is on record. */
const bodyOf = (form: Form, known: Gateway | null): object => {
  const { credential: _shown, ...kept } = known ?? { credential: null };
  const { id, name, url, mode } = form;
  const [agents, credential] = [wordsIn(form.agents), credentialIn(form)];
  return {
    ...kept,
    id: id.trim(),
    name: name.trim(),
    url: url.trim(),
    mode,
    agents: agents.length === 0 ? null : agents,
    passThrough: wordsIn(form.passThrough),
    ...(credential !== undefined && { credential }),
  };
};

const inWords = (form: Form): string => {
  const [agents, passThrough] = [wordsIn(form.agents), wordsIn(form.passThrough)];
  const who = agents.length === 0 ? 'Every agent' : agents.join(', ');
  const what = passThrough.length === 0 ? 'Every call is asked about.' : `Calls of ${passThrough.join(', ')} are not asked about.`;
  return `${who} may call the tools of this server through the gate. ${what}`;
};

/**
 * Sets a gateway.
 * @param known the gateway that is changed; null for a new one
 * @param taken ids of all there are
 */
export const GatewayForm = ({ known, taken, done }: { known: Gateway | null; taken: readonly string[]; done: () => void }) => {
  const change = useChange();
  const [form, setForm] = useState(() => formOf(known));
  const isTaken = known === null && taken.includes(form.id.trim());
  const save = async () => {
    const saved = await change.change('POST', '/api/mcp-gateways', bodyOf(form, known), 'Saved.');
    if (saved !== null) setForm(known === null ? formOf(null) : { ...form, secret: '', shown: form.shown === 'none' ? 'none' : 'kept' });
  };
  return (
    <Panel
      title={known === null ? 'Put an MCP server behind the gate' : `Change ${known.id}`}
      intro="Where arguments name an amount, a currency or an entity, and the risk of single tools, is set by the operators’ API; it stays when you save here."
    >
      <div className="setting-form">
        <Fields form={form} set={part => setForm({ ...form, ...part })} change={change} known={known} />
      </div>
      <AskFirst
        label="Save the gateway"
        will={inWords(form)}
        whyNot={isTaken ? 'This id is taken: change that one.' : isWhole(form) ? null : 'Fill in all of it.'}
        busy={change.busy}
        run={save}
      />
      {known !== null && (
        <div className="ask-row">
          <button type="button" className="button quiet" onClick={done}>
            Back to a new one
          </button>
        </div>
      )}
      <Said change={change} />
    </Panel>
  );
};

type FieldsProps = { form: Form; set: (part: Partial<Form>) => void; change: Change; known: Gateway | null };

const Fields = ({ form, set, change, known }: FieldsProps) => (
  <>
    <Field label="Id" hint="Part of the address agents connect to." error={change.errorAt('/id')}>
      {props => (
        <input
          {...props}
          spellCheck={false}
          readOnly={known !== null}
          value={form.id}
          onChange={event => set({ id: event.target.value })}
        />
      )}
    </Field>
    <Field label="Name" error={change.errorAt('/name')}>
      {props => <input {...props} value={form.name} onChange={event => set({ name: event.target.value })} />}
    </Field>
    <Field label="URL of the MCP server" hint="Everybody who reads settings sees it: no secrets." error={change.errorAt('/url')}>
      {props => <input {...props} type="url" value={form.url} onChange={event => set({ url: event.target.value })} />}
    </Field>
    <Field label="Keys" hint="What test keys ask must not act for real." error={change.errorAt('/mode')}>
      {props => (
        <select {...props} value={form.mode} onChange={event => set({ mode: event.target.value as Gateway['mode'] })}>
          <option value="live">Live keys</option>
          <option value="test">Test keys</option>
        </select>
      )}
    </Field>
    <Field label="Agents" hint="Their ids, separated by spaces. Empty: every agent." error={change.errorAt('/agents')}>
      {props => <input {...props} spellCheck={false} value={form.agents} onChange={event => set({ agents: event.target.value })} />}
    </Field>
    <Field
      label="Tools that pass without asking"
      hint="Exact names, one a line. Every other tool is gated, also those the server adds later."
      error={change.errorAt('/passThrough')}
    >
      {props => (
        <textarea
          {...props}
          rows={3}
          spellCheck={false}
          value={form.passThrough}
          onChange={event => set({ passThrough: event.target.value })}
        />
      )}
    </Field>
    <CredentialFields form={form} set={set} change={change} known={known} />
  </>
);

const CredentialFields = ({ form: { shown, header, secret }, set, change, known }: FieldsProps) => (
  <>
    <Field label="Credential it is shown" error={change.errorAt('/credential')}>
      {props => (
        <select {...props} value={shown} onChange={event => set({ shown: event.target.value as Shown })}>
          {(Object.keys(SHOWN) as Shown[])
            .filter(way => way !== 'kept' || known?.credential != null || shown === 'kept')
            .map(way => (
              <option key={way} value={way}>
                {SHOWN[way]}
              </option>
            ))}
        </select>
      )}
    </Field>
    {shown === 'header' && (
      <Field label="Header">
        {props => <input {...props} spellCheck={false} value={header} onChange={event => set({ header: event.target.value })} />}
      </Field>
    )}
    {(shown === 'bearer' || shown === 'header') && (
      <Field label={shown === 'bearer' ? 'Token' : 'Value'} hint="Written, never shown.">
        {props => (
          <input
            {...props}
            type="password"
            autoComplete="new-password"
            value={secret}
            onChange={event => set({ secret: event.target.value })}
          />
        )}
      </Field>
    )}
  </>
);
