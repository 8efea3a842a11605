import type { MetricsReport } from '@holdpoint/contracts';
import { Link } from '../router/link.tsx';
import { Panel } from '../settings/panel.tsx';
import { AgentText } from '../text/agent-text.tsx';
import { Counted, Figure, Figures, Table } from './figures.tsx';
import { secondsWords } from './metrics-place.ts';

const STATES = ['sent', 'delivered', 'seen', 'held', 'failed'] as const;

/** Whether people and apps hear of it. */
export const Deliveries = ({ report }: { report: MetricsReport }) => (
  <Panel
    title="Whether it arrives"
    intro="Alerts by channel and answers by endpoint, of all agents. An alert counts once, as far as it got."
  >
    {report.channels.length === 0 ? (
      <p className="muted">No alert went out in this time.</p>
    ) : (
      <Table
        label="Alerts by channel"
        head={[['Channel'], ['alerts', true], ...STATES.map((name): [string, true] => [name, true]), ['why they failed']]}
      >
        {report.channels.map(channel => (
          <tr key={channel.channel}>
            <th scope="row">{channel.channel}</th>
            <td className="number">
              <Counted
                shown={report}
                behind="channel"
                value={`${channel.channel}/`}
                label={`${channel.alerts} alerts by ${channel.channel}`}
              >
                {channel.alerts}
              </Counted>
            </td>
            {STATES.map(state => (
              <td key={state} className={state === 'failed' && channel.failed > 0 ? 'number bad-text' : 'number'}>
                <Counted
                  shown={report}
                  behind="channel"
                  value={`${channel.channel}/${state}`}
                  label={`${channel[state]} alerts by ${channel.channel} ${state}`}
                >
                  {channel[state]}
                </Counted>
              </td>
            ))}
            <td className="small">
              {channel.errors.length === 0 && <span className="muted">–</span>}
              {channel.errors.map(({ errorClass, count }) => (
                <span key={errorClass} className="muted">
                  {errorClass}{' '}
                  <Counted
                    shown={report}
                    behind="channel"
                    value={`${channel.channel}/failed/${errorClass}`}
                    label={`${count} alerts by ${channel.channel} that failed with ${errorClass}`}
                  >
                    {count}
                  </Counted>{' '}
                </span>
              ))}
            </td>
          </tr>
        ))}
      </Table>
    )}
    {report.endpoints.length === 0 ? (
      <p className="muted">No app was to be told anything in this time.</p>
    ) : (
      <Table
        label="Answers by endpoint"
        head={[
          ['Endpoint'],
          ['answers', true],
          ['delivered', true],
          ['pending', true],
          ['given up', true],
          ['attempts', true],
          ['half within', true],
          ['99 % within', true],
        ]}
      >
        {report.endpoints.map(({ endpointId, host, took, attempts, ...counts }) => {
          const name = endpointId ?? host ?? '';
          return (
            <tr key={name}>
              <th scope="row">
                <AgentText text={name === '' ? 'not tried yet' : name} />
              </th>
              {(['owed', 'delivered', 'pending', 'exhausted'] as const).map(state => (
                <td key={state} className={state === 'exhausted' && counts.exhausted > 0 ? 'number bad-text' : 'number'}>
                  <Counted
                    shown={report}
                    behind="endpoint"
                    value={`${name}/${state === 'owed' ? '' : state}`}
                    label={`${counts[state]} ${state} of ${name}`}
                  >
                    {counts[state]}
                  </Counted>
                </td>
              ))}
              {[
                ['attempts in all', String(attempts), ''],
                ['half were delivered within', took.p50 === null ? null : secondsWords(took.p50), 'delivered'],
                ['99 % were delivered within', took.p99 === null ? null : secondsWords(took.p99), 'delivered'],
              ].map(([what, words, state]) => (
                <td key={what} className="number">
                  {words === null ? (
                    '–'
                  ) : (
                    <Counted shown={report} behind="endpoint" value={`${name}/${state}`} label={`${name}: ${what} ${words}`}>
                      {words}
                    </Counted>
                  )}
                </td>
              ))}
            </tr>
          );
        })}
      </Table>
    )}
  </Panel>
);

/** What is not finished now. */
export const Unfinished = ({ report }: { report: MetricsReport }) => {
  const { unfinished } = report;
  const listed = [
    ['Answers on their way', unfinished.callbacksPending, 'callback/pending', null],
    ['Answers given up', unfinished.callbacksExhausted, 'callback/exhausted', 'bad'],
    ['Runs to be resumed', unfinished.resumesPending, 'resume/pending', null],
    ['Runs that cannot go on', unfinished.resumesImpossible, 'resume/impossible', 'bad'],
  ] as const;
  return (
    <Panel title="Not finished now" intro="Whenever it began.">
      <Figures>
        <Figure
          name="Open requests"
          {...(unfinished.gating > 0 && {
            note: (
              <>
                <Counted shown={report} behind="unfinished" value="gating" label={`${unfinished.gating} open requests before the rules`}>
                  {unfinished.gating}
                </Counted>{' '}
                before the rules
              </>
            ),
          })}
        >
          <Counted shown={report} behind="unfinished" label={`${unfinished.open} open requests`}>
            {unfinished.open}
          </Counted>
        </Figure>
        {listed.map(([name, count, value, tone]) => (
          <Figure key={value} name={name} {...(tone !== null && count > 0 && { tone })}>
            <Counted shown={report} behind="undelivered" value={value} label={`${count}: ${name}`}>
              {count}
            </Counted>
          </Figure>
        ))}
        <Figure name="To be looked at afterwards">
          <Link className="counted" to="/settings/policies" aria-label={`${unfinished.afterReviews} to be looked at afterwards`}>
            {unfinished.afterReviews}
          </Link>
        </Figure>
      </Figures>
    </Panel>
  );
};
