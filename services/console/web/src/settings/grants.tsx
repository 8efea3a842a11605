import type { GrantPattern } from '@holdpoint/contracts';
import { useState } from 'react';
import { useColleagues } from '../api/queries.ts';
import { Link } from '../router/link.tsx';
import { reviewAddress } from '../router/routes.ts';
import { AgentText } from '../text/agent-text.tsx';
import { Countdown } from '../time/clock.tsx';
import { AskFirst } from './ask-first.tsx';
import { Field, Listing, Panel, Said } from './panel.tsx';
import type { PartProps } from './settings.tsx';
import { useChange, useSetting } from './use-setting.ts';

type Grant = {
  id: string;
  pattern: GrantPattern;
  usesMax: number;
  usesLeft: number;
  amountMax: number | null;
  amountLeft: number | null;
  currency: string | null;
  expiresAt: string;
  revoked: boolean;
  by: string;
  reason: string;
  usedBy: string[];
};

const isOver = ({ revoked, usesLeft, expiresAt }: Grant) => revoked || usesLeft <= 0 || Date.parse(expiresAt) <= Date.now();

/** Grants: a pattern of actions let through for a while, so many times. */
const GrantsPage = ({ rights }: PartProps) => {
  const grants = useSetting<{ items: Grant[] }>('/api/grants');
  const people = useColleagues().data?.items;
  const change = useChange();
  const items = (grants.data?.items ?? []).toReversed();
  return (
    <>
      <Panel
        title="Standing grants"
        intro="What a grant matches is approved without anybody being asked, until it is used up, over or revoked."
      >
        <Said change={change} />
        <Listing query={grants} empty={items.length === 0 ? 'There is no grant.' : null}>
          <ul className="setting-rows">
            {items.map(grant => (
              <li key={grant.id} className={isOver(grant) ? 'over' : ''}>
                <div className="row-text">
                  <code>
                    <AgentText text={grant.pattern.tool} />
                  </code>
                  {grant.pattern.agentId !== undefined && <AgentText text={` of ${grant.pattern.agentId}`} />}
                  {grant.pattern.when !== undefined && (
                    <>
                      {' where '}
                      <code>
                        <AgentText text={grant.pattern.when} />
                      </code>
                    </>
                  )}
                  {isOver(grant) && <span className="tag">{grant.revoked ? 'revoked' : 'over'}</span>}
                  <p className="muted small">
                    <AgentText text={people?.find(({ id }) => id === grant.by)?.name ?? grant.by} />: <AgentText text={grant.reason} />
                  </p>
                  {grant.usedBy.length > 0 && (
                    <p className="small">
                      Used by{' '}
                      {grant.usedBy.slice(-5).map((id, index) => (
                        <span key={id}>
                          {index > 0 && ', '}
                          <Link to={reviewAddress(id)}>{id.slice(0, 10)}…</Link>
                        </span>
                      ))}
                    </p>
                  )}
                </div>
                <div className="grant-left">
                  <strong>
                    {grant.usesLeft} of {grant.usesMax}
                  </strong>{' '}
                  uses left
                  {grant.amountLeft !== null && (
                    <p className="small">
                      {grant.amountLeft} {grant.currency} of {grant.amountMax} left
                    </p>
                  )}
                  {!isOver(grant) && (
                    <p className="muted small">
                      <Countdown until={grant.expiresAt} />
                    </p>
                  )}
                </div>
                {!isOver(grant) && rights.senior && (
                  <AskFirst
                    quiet
                    label="Revoke"
                    will="Not one use more: what it matched goes by the rules again."
                    busy={change.busy}
                    run={() => change.change('DELETE', `/api/grants/${grant.id}`, undefined, 'Revoked.')}
                  />
                )}
              </li>
            ))}
          </ul>
        </Listing>
      </Panel>
      {rights.senior && <NewGrant />}
    </>
  );
};
export default GrantsPage;

const LENGTHS: readonly [string, number][] = [
  ['30', 30],
  ['120', 120],
  ['480', 480],
  ['1430', 1_430],
];
const MINUTE_MS = 60_000;
const lengthWords = (minutes: number) => (minutes < 60 ? `${minutes} minutes` : minutes === 1_430 ? 'a day' : `${minutes / 60} hours`);

const NewGrant = () => {
  const change = useChange();
  const [tool, setTool] = useState('');
  const [agentId, setAgentId] = useState('');
  const [when, setWhen] = useState('');
  const [usesMax, setUsesMax] = useState('10');
  const [amountMax, setAmountMax] = useState('');
  const [currency, setCurrency] = useState('');
  const [minutes, setMinutes] = useState('30');
  const [reason, setReason] = useState('');
  const make = async () => {
    const pattern = {
      tool: tool.trim(),
      ...(agentId.trim() === '' ? {} : { agentId: agentId.trim() }),
      ...(when.trim() === '' ? {} : { when: when.trim() }),
    };
    const body = {
      pattern,
      usesMax: Number(usesMax),
      amountMax: amountMax === '' ? null : Number(amountMax),
      currency: currency.trim() === '' ? null : currency.trim(),
      expiresAt: new Date(Date.now() + Number(minutes) * MINUTE_MS).toISOString(),
      reason: reason.trim(),
    };
    const done = await change.change('POST', '/api/grants', body, 'The grant holds from now on.');
    if (done !== null) setReason('');
  };
  return (
    <Panel title="Make a grant">
      <div className="setting-form">
        <Field label="Tool" hint="Exactly as the agent calls it." error={change.errorAt('/pattern/tool')}>
          {props => <input {...props} value={tool} onChange={event => setTool(event.target.value)} />}
        </Field>
        <Field label="Agent (optional)" error={change.errorAt('/pattern/agentId')}>
          {props => <input {...props} value={agentId} onChange={event => setAgentId(event.target.value)} />}
        </Field>
        <Field label="Where (optional)" hint="A condition as in policies: amount <= 50" error={change.errorAt('/pattern/when')}>
          {props => <input {...props} className="code" value={when} onChange={event => setWhen(event.target.value)} />}
        </Field>
        <Field label="Uses" error={change.errorAt('/usesMax')}>
          {props => (
            <input {...props} type="number" min={1} max={1000} value={usesMax} onChange={event => setUsesMax(event.target.value)} />
          )}
        </Field>
        <Field label="Amount in all (optional)" error={change.errorAt('/amountMax')}>
          {props => <input {...props} type="number" min={0} value={amountMax} onChange={event => setAmountMax(event.target.value)} />}
        </Field>
        <Field label="Currency" error={change.errorAt('/currency')}>
          {props => <input {...props} maxLength={16} value={currency} onChange={event => setCurrency(event.target.value)} />}
        </Field>
        <Field label="For" error={change.errorAt('/expiresAt')}>
          {props => (
            <select {...props} value={minutes} onChange={event => setMinutes(event.target.value)}>
              {LENGTHS.map(([value, length]) => (
                <option key={value} value={value}>
                  {lengthWords(length)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label="Reason" error={change.errorAt('/reason')}>
          {props => <input {...props} maxLength={400} value={reason} onChange={event => setReason(event.target.value)} />}
        </Field>
      </div>
      <AskFirst
        label="Make the grant"
        will={`For ${lengthWords(Number(minutes))}, up to ${usesMax} calls of ${tool.trim()} run without anybody being asked.`}
        whyNot={tool.trim() === '' || reason.trim() === '' ? 'Name the tool and say why.' : null}
        busy={change.busy}
        run={make}
      />
      <Said change={change} />
    </Panel>
  );
};
