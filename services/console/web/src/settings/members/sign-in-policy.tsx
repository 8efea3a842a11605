import type { SignInMethod, SignInPolicy } from '@holdpoint/contracts';
import { useState } from 'react';
import { AskFirst } from '../ask-first.tsx';
import { Field, Panel, Said } from '../panel.tsx';
import type { PartProps } from '../settings.tsx';
import { type Change, useChange, useSetting } from '../use-setting.ts';

type SignInSettings = {
  policy: SignInPolicy;
  singleSignOn: { issuer: string; clientId: string; domains: string[]; hasSecret: boolean } | null;
  returnAddress: string;
};
const METHODS: readonly SignInMethod[] = ['password', 'passkey', 'oidc'];
const METHOD_WORDS: Record<SignInMethod, string> = { password: 'Password', passkey: 'Passkey', oidc: 'Single sign-on' };

/** Sign-in: which ways the organisation takes, and its identity provider. Owners change it. */
const SignInPolicyPage = ({ rights }: PartProps) => {
  const settings = useSetting<SignInSettings>('/api/organization/sign-in-policy');
  // What was said of the last change stays when the forms begin anew with what was saved.
  const policyChange = useChange();
  const providerChange = useChange();
  if (settings.data === undefined) return <p className="muted">{settings.error?.message ?? 'Reading…'}</p>;
  return (
    <>
      <PolicyForm key={JSON.stringify(settings.data.policy)} policy={settings.data.policy} owner={rights.owner} change={policyChange} />
      <ProviderForm
        key={JSON.stringify(settings.data.singleSignOn)}
        settings={settings.data}
        owner={rights.owner}
        change={providerChange}
      />
    </>
  );
};
export default SignInPolicyPage;

const PolicyForm = ({ policy, owner, change }: { policy: SignInPolicy; owner: boolean; change: Change }) => {
  const [methods, setMethods] = useState<readonly SignInMethod[]>(policy.methods);
  const [secondFactor, setSecondFactor] = useState(policy.secondFactor);
  const toggle = (method: SignInMethod) =>
    setMethods(methods.includes(method) ? methods.filter(one => one !== method) : [...methods, method]);
  return (
    <Panel title="How people sign in" intro={owner ? undefined : 'Owners change this.'}>
      <fieldset className="checks" disabled={!owner}>
        <legend>Ways that are taken</legend>
        {METHODS.map(method => (
          <label key={method} className="check">
            <input type="checkbox" checked={methods.includes(method)} onChange={() => toggle(method)} /> {METHOD_WORDS[method]}
          </label>
        ))}
        <label className="check">
          <input type="checkbox" checked={secondFactor} onChange={() => setSecondFactor(!secondFactor)} /> A password alone is not enough: a
          passkey, or the code of an app
        </label>
      </fieldset>
      {owner && (
        <AskFirst
          label="Save"
          will={`From now on people sign in by ${methods.map(method => METHOD_WORDS[method].toLowerCase()).join(', ')}${
            secondFactor ? '; whoever has no second factor sets one up before anything else' : ''
          }.`}
          whyNot={methods.length === 0 ? 'Leave one way at least.' : null}
          busy={change.busy}
          run={() => change.change('PUT', '/api/organization/sign-in-policy', { policy: { methods, secondFactor } }, 'Saved.')}
        />
      )}
      <Said change={change} />
    </Panel>
  );
};

type ProviderProps = { settings: SignInSettings; owner: boolean; change: Change };

const ProviderForm = ({ settings: { singleSignOn, returnAddress }, owner, change }: ProviderProps) => {
  const [issuer, setIssuer] = useState(singleSignOn?.issuer ?? '');
  const [clientId, setClientId] = useState(singleSignOn?.clientId ?? '');
  const [clientSecret, setClientSecret] = useState('');
  const [domains, setDomains] = useState(singleSignOn?.domains.join(' ') ?? '');
  const body = {
    issuer: issuer.trim(),
    clientId: clientId.trim(),
    domains: domains
      .trim()
      .toLowerCase()
      .split(/[\s,]+/)
      .filter(Boolean),
    ...(clientSecret === '' ? {} : { clientSecret }),
  };
  return (
    <Panel
      title="Single sign-on"
      intro={
        <>
          An OpenID Connect provider. It lets in members and invited people only. Its redirect address here is <code>{returnAddress}</code>.
        </>
      }
    >
      <div className="setting-form">
        <Field label="Issuer" hint="https://login.example.com" error={change.errorAt('/issuer')}>
          {props => <input {...props} type="url" disabled={!owner} value={issuer} onChange={event => setIssuer(event.target.value)} />}
        </Field>
        <Field label="Client id" error={change.errorAt('/clientId')}>
          {props => <input {...props} disabled={!owner} value={clientId} onChange={event => setClientId(event.target.value)} />}
        </Field>
        <Field
          label="Client secret"
          hint={singleSignOn?.hasSecret === true ? 'One is stored; it stays when you leave this empty.' : 'Empty for a public client.'}
          error={change.errorAt('/clientSecret')}
        >
          {props => (
            <input
              {...props}
              type="password"
              autoComplete="off"
              disabled={!owner}
              value={clientSecret}
              onChange={event => setClientSecret(event.target.value)}
            />
          )}
        </Field>
        <Field label="E-mail domains" hint="example.com example.org" error={change.errorAt('/domains')}>
          {props => <input {...props} disabled={!owner} value={domains} onChange={event => setDomains(event.target.value)} />}
        </Field>
      </div>
      {owner && (
        <div className="ask-row">
          <AskFirst
            label="Check and save"
            will="The provider is asked who it is first; nothing is saved unless it answers."
            whyNot={
              body.issuer === '' || body.clientId === '' || body.domains.length === 0
                ? 'Give the issuer, the client id and a domain.'
                : null
            }
            busy={change.busy}
            run={() => change.change('PUT', '/api/organization/single-sign-on', body, 'Saved: the provider answers.')}
          />
          {singleSignOn !== null && (
            <AskFirst
              quiet
              label="Remove"
              will="Nobody signs in by it any more."
              busy={change.busy}
              run={() => change.change('DELETE', '/api/organization/single-sign-on', undefined, 'Removed.')}
            />
          )}
        </div>
      )}
      <Said change={change} />
    </Panel>
  );
};
