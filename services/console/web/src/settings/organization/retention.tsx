import type { RetentionReport } from '@holdpoint/contracts';
import { useState } from 'react';
import { RETENTION_MONTHS } from '../../limits.ts';
import { Link } from '../../router/link.tsx';
import { Day } from '../../time/clock.tsx';
import { AskFirst } from '../ask-first.tsx';
import { Field, Listing, Panel, Said } from '../panel.tsx';
import { useChange, useSetting } from '../use-setting.ts';

const { min, max } = RETENTION_MONTHS;
const months = (count: number): string => (count === 1 ? '1 month' : `${count} months`);

/** How long what agents and people wrote is kept, what that means, and how much of it is due now. */
export const RetentionPanel = ({ admin }: { admin: boolean }) => {
  const retention = useSetting<RetentionReport>('/api/organization/retention');
  const { data } = retention;
  return (
    <Panel
      title="How long what was written is kept"
      intro={data === undefined ? undefined : standing(data)}
      aside={data?.paused === true && <span className="tag warn">erasing is paused</span>}
    >
      <Listing query={retention} empty={null}>
        {data && (
          <>
            <WhatHappens />
            <Due report={data} />
            <SetRetention key={JSON.stringify([data.months, data.paused])} report={data} admin={admin} />
          </>
        )}
      </Listing>
    </Panel>
  );
};

const standing = ({ months: count, paused }: Pick<RetentionReport, 'months' | 'paused'>): string => {
  const kept = count === null ? 'It is kept for ever' : `It is kept for ${months(count)} after a request ended`;
  return paused ? `${kept}; nothing is erased while erasing is paused.` : `${kept}.`;
};

const WhatHappens = () => (
  <dl className="goes-and-stays">
    <div>
      <dt>Goes</dt>
      <dd>
        What agents and people wrote: arguments, conversations, reasons, notes, comments, addresses of alerts. Its keys are destroyed.
      </dd>
    </div>
    <div>
      <dt>Stays, for ever</dt>
      <dd>Who decided what and when, names of tools and labels, the rule that spoke, hashes and receipts.</dd>
    </div>
    <div>
      <dt>Back-ups</dt>
      <dd>A back-up of the log has the keys of its day. Let back-ups expire within 30 days, or what went can be read from them.</dd>
    </div>
  </dl>
);

const Due = ({ report: { due, cutoff } }: { report: RetentionReport }) => (
  <p>
    {due.count === 0
      ? 'Nothing is due now.'
      : `${due.more ? 'More than ' : ''}${due.count} ${due.count === 1 ? 'request is' : 'requests are'} due now and will go within the hour.`}{' '}
    {due.oldest !== null && (
      <>
        The oldest that is kept ended on <Day at={due.oldest} />.{' '}
      </>
    )}
    {cutoff !== null && due.count === 0 && (
      <>
        Whatever ended before <Day at={cutoff} /> is gone, unless a legal hold keeps it.{' '}
      </>
    )}
    <Link to="/settings/kept-and-erased">What is on legal hold, and what was erased</Link>
  </p>
);

const SetRetention = ({ report, admin }: { report: RetentionReport; admin: boolean }) => {
  const change = useChange();
  const [typed, setTyped] = useState(String(report.months ?? ''));
  const [forEver, setForEver] = useState(report.months === null);
  const [paused, setPaused] = useState(report.paused);
  const count = Number(typed);
  const next = { months: forEver ? null : count, paused };
  const isCount = Number.isInteger(count) && count >= min && count <= max;
  const will = paused
    ? 'Nothing is erased from now on, by anybody’s months, until erasing goes on.'
    : forEver
      ? 'From now on nothing is erased because of its age.'
      : `What was written about requests that ended more than ${months(count)} ago goes within the hour, and cannot be brought back.`;
  return (
    <>
      <div className="setting-form">
        <Field
          label="Months after the end"
          hint={`${min} at least: so long the EU AI Act has deployers keep their logs.`}
          error={!forEver && typed !== '' && !isCount ? `Whole months, from ${min} to ${max}.` : change.errorAt('/months')}
        >
          {props => (
            <input
              {...props}
              type="number"
              inputMode="numeric"
              min={min}
              max={max}
              disabled={forEver || !admin}
              value={forEver ? '' : typed}
              onChange={event => setTyped(event.target.value)}
            />
          )}
        </Field>
      </div>
      <label className="check-line">
        <input type="checkbox" disabled={!admin} checked={forEver} onChange={event => setForEver(event.target.checked)} />
        <span>Keep it for ever</span>
      </label>
      <label className="check-line">
        <input type="checkbox" disabled={!admin} checked={paused} onChange={event => setPaused(event.target.checked)} />
        <span>Pause all erasing, as for a legal hold on everything</span>
      </label>
      <div className="ask-row">
        <AskFirst
          label="Save"
          about="how long what was written is kept"
          tone={paused || forEver ? 'primary' : 'stern'}
          will={will}
          whyNot={!admin ? 'Administrators change this.' : forEver || isCount ? null : `Say for how many months, ${min} at least.`}
          busy={change.busy}
          run={() => change.change('PUT', '/api/organization/retention', next, 'Saved.')}
        />
      </div>
      <Said change={change} />
    </>
  );
};
