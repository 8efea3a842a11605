import { useState } from 'react';
import { AskFirst } from '../ask-first.tsx';
import { Field, Said } from '../panel.tsx';
import { useChange } from '../use-setting.ts';

type Props = { agentId: string; name: string; hosts: readonly string[]; admin: boolean };

/** Where an agent may have its answers sent when it names the address itself. */
export const CallbackHosts = ({ agentId, name, hosts, admin }: Props) => {
  const change = useChange();
  const [text, setText] = useState(hosts.join(' '));
  const next = text.split(/[\s,]+/).filter(host => host !== '');
  const path = `/api/agents/${encodeURIComponent(agentId)}/callback-hosts`;
  return (
    <details className="setting-more">
      <summary>
        Callback hosts: {hosts.length === 0 ? 'any' : hosts.join(', ')}
        <span className="visually-hidden"> of {name}</span>
      </summary>
      <Field
        wide
        label="Hosts it may name"
        hint="Such as app.example.com or *.example.com, separated by spaces. Empty: any that may be called at all. Endpoints you set up are not affected."
        error={change.errorAt('/hosts')}
      >
        {props => <input {...props} spellCheck={false} value={text} onChange={event => setText(event.target.value)} />}
      </Field>
      <AskFirst
        label="Save the hosts"
        about={`of ${name}`}
        will={
          next.length === 0
            ? `Requests of ${name} may name any callback address that may be called at all.`
            : `Requests of ${name} that name a callback address elsewhere than ${next.join(', ')} are refused.`
        }
        whyNot={admin ? null : 'Administrators change this.'}
        busy={change.busy}
        run={() => change.change('PUT', path, { hosts: next }, 'Saved.')}
      />
      <Said change={change} />
    </details>
  );
};
