import type { KillSwitchScope } from '@holdpoint/contracts';
import { useState } from 'react';
import { useSafety } from '../api/queries.ts';
import { Link } from '../router/link.tsx';
import { AgentText } from '../text/agent-text.tsx';
import { Ago } from '../time/clock.tsx';
import { AskFirst } from './ask-first.tsx';
import { Field, Listing, Panel, Said } from './panel.tsx';
import type { PartProps } from './settings.tsx';
import { useChange, useSetting } from './use-setting.ts';

type Organization = { soloMode: boolean; activationRule: { secondPerson: boolean } };

/** Safety: the brake, and the rules about how many people it takes. */
const SafetyPage = ({ rights }: PartProps) => {
  const organization = useSetting<Organization>('/api/organization');
  return (
    <>
      <KillSwitches rights={rights} />
      <Listing query={organization} empty={null}>
        {organization.data && <FourEyes organization={organization.data} rights={rights} />}
      </Listing>
      <p className="muted small">
        Working hours and holidays are a matter of the <Link to="/settings/organization">organisation</Link>.
      </p>
    </>
  );
};
export default SafetyPage;

const nameOf = (scope: KillSwitchScope) => (scope.kind === 'organization' ? 'the whole organisation' : `agent ${scope.agentId}`);

const KillSwitches = ({ rights }: Pick<PartProps, 'rights'>) => {
  const change = useChange();
  const safety = useSafety();
  const agents = useSetting<{ items: { id: string; name: string }[] }>(rights.readsSettings ? '/api/agents' : null);
  const [reason, setReason] = useState('');
  const [agentId, setAgentId] = useState('');
  const engaged = safety.data?.killSwitches ?? [];
  const scope: KillSwitchScope = agentId.trim() === '' ? { kind: 'organization' } : { kind: 'agent', agentId: agentId.trim() };
  const engage = async () => {
    const done = await change.change(
      'POST',
      '/api/organization/kill-switch',
      { scope, reason: reason.trim() },
      `Engaged for ${nameOf(scope)}.`,
    );
    if (done !== null) setReason('');
  };
  return (
    <Panel
      title="Kill switch"
      intro="Stops automatic approval at once and holds everything that is open. Nothing is lost: rejecting stays possible, and all goes on when it is released."
    >
      {engaged.map(({ scope: of, reason: why, by, at }) => (
        <div key={nameOf(of)} className="engaged">
          <div>
            <strong>
              Engaged for <AgentText text={nameOf(of)} />
            </strong>
            <p className="small">
              <AgentText text={by.name} />, <Ago at={at} />: <AgentText text={why} />
            </p>
          </div>
          <AskFirst
            label="Release"
            will={`From now on requests of ${nameOf(of)} are decided again, by rules and by people.`}
            whyNot={rights.admin ? null : 'Only administrators release it.'}
            busy={change.busy}
            run={() => change.change('POST', '/api/organization/kill-switch/release', { scope: of }, `Released for ${nameOf(of)}.`)}
          />
        </div>
      ))}
      <div className="setting-form">
        <Field label="For" hint="Empty: the whole organisation. Or the id of one agent." error={change.errorAt('/scope')}>
          {props => (
            <>
              <input
                {...props}
                list="known-agents"
                placeholder="The whole organisation"
                value={agentId}
                onChange={event => setAgentId(event.target.value)}
              />
              <datalist id="known-agents">
                {agents.data?.items.map(agent => (
                  <option key={agent.id} value={agent.id}>
                    {agent.name}
                  </option>
                ))}
              </datalist>
            </>
          )}
        </Field>
        <Field label="Reason" hint="Everybody who decides sees it." error={change.errorAt('/reason')}>
          {props => <input {...props} maxLength={400} value={reason} onChange={event => setReason(event.target.value)} />}
        </Field>
      </div>
      <AskFirst
        label="Engage the kill switch"
        tone="stern"
        will={`Nothing that ${scope.kind === 'organization' ? 'any agent' : nameOf(scope)} asks is approved any more, by rules or by people, until an administrator releases it.`}
        confirm="Engage now"
        whyNot={!rights.senior ? 'Seniors and administrators engage it.' : reason.trim() === '' ? 'Say why first.' : null}
        busy={change.busy}
        run={engage}
      />
      <Said change={change} />
    </Panel>
  );
};

const Switch = ({ on, title, children }: { on: boolean; title: string; children: string }) => (
  <div>
    <h3>
      {title} <span className={`tag ${on ? 'good' : ''}`}>{on ? 'on' : 'off'}</span>
    </h3>
    <p className="muted small">{children}</p>
  </div>
);

const FourEyes = ({ organization, rights }: { organization: Organization } & Pick<PartProps, 'rights'>) => {
  const change = useChange();
  const { soloMode } = organization;
  const { secondPerson } = organization.activationRule;
  const relax = (relaxes: boolean) =>
    relaxes ? (rights.owner ? null : 'Only an owner relaxes this.') : rights.admin ? null : 'Administrators change this.';
  return (
    <Panel title="Who may decide alone">
      <div className="switch-row">
        <Switch on={soloMode} title="Solo mode">
          Whoever owns an agent may decide what it asks. For a team of one; the record says so each time.
        </Switch>
        <AskFirst
          label={soloMode ? 'Switch off' : 'Switch on'}
          will={
            soloMode
              ? 'From now on nobody decides what their own agent asks: it takes a second person.'
              : 'From now on an agent’s owner may approve alone what the agent asks.'
          }
          whyNot={relax(!soloMode)}
          busy={change.busy}
          run={() => change.change('PUT', '/api/organization/solo-mode', { on: !soloMode }, `Solo mode is ${soloMode ? 'off' : 'on'}.`)}
        />
      </div>
      <div className="switch-row">
        <Switch on={secondPerson} title="Two people activate a policy">
          One proposes a version, another activates it.
        </Switch>
        <AskFirst
          label={secondPerson ? 'Switch off' : 'Switch on'}
          will={
            secondPerson
              ? 'From now on one administrator alone makes a policy version decide.'
              : 'From now on a policy version decides only when two people agree.'
          }
          whyNot={relax(secondPerson)}
          busy={change.busy}
          run={() => change.change('PUT', '/api/organization/activation-rule', { secondPerson: !secondPerson }, 'The rule changed.')}
        />
      </div>
      <Said change={change} />
    </Panel>
  );
};
