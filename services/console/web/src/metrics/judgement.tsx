import type { MetricsReport, OperatorFlag } from '@holdpoint/contracts';
import { Panel } from '../settings/panel.tsx';
import { AgentText } from '../text/agent-text.tsx';
import { Counted, Table } from './figures.tsx';
import { secondsWords, shareWords } from './metrics-place.ts';

/** Rules, and whether what they ask people is worth asking. */
export const Rules = ({ report }: { report: MetricsReport }) => (
  <Panel title="Rules" intro="A rule whose requests people always approve asks for nothing: let it approve by itself, or ask about less.">
    {report.rules.length === 0 ? (
      <p className="muted">No rule has spoken in this time.</p>
    ) : (
      <Table
        label="Rules"
        head={[
          ['Rule'],
          ['requests', true],
          ['before people', true],
          ['approved', true],
          ['changed', true],
          ['rejected', true],
          ['expired', true],
        ]}
      >
        {report.rules.map(({ policy, rule, asked, people, approved, modified, rejected, expired, noise }) => (
          <tr key={`${policy}/${rule}`}>
            <th scope="row">
              {rule} <span className="muted small">{policy}</span> {noise && <span className="tag warn">always approved</span>}
            </th>
            <td className="number">
              <Counted shown={report} behind="rule" value={`${policy}/${rule}`} label={`${asked} requests of rule ${rule}`}>
                {asked}
              </Counted>
            </td>
            {Object.entries({ people, approved, modified, rejected, expired }).map(([ended, count]) => (
              <td key={ended} className="number">
                <Counted shown={report} behind="rule" value={`${policy}/${rule}/${ended}`} label={`${count} ${ended} of rule ${rule}`}>
                  {count}
                </Counted>
              </td>
            ))}
          </tr>
        ))}
      </Table>
    )}
  </Panel>
);

const FLAG_WORDS: Readonly<Record<OperatorFlag, string>> = {
  fasterThanReading: 'faster than anybody reads',
  bursts: 'many at once',
  unopened: 'often without the context',
  neverRejects: 'never rejects',
};

/** How people decide. What is odd is named, and nothing follows from it by itself. */
export const People = ({ report }: { report: MetricsReport }) => (
  <Panel
    title="People"
    intro="What stands out is a reason to talk, never a verdict: nothing is refused because of it. Reading speed is what the agent wrote over the time between opening and deciding; nobody reads more than some 75 characters a second."
  >
    {report.operators.length === 0 ? (
      <p className="muted">Nobody has decided in this time.</p>
    ) : (
      <Table
        label="People"
        head={[
          ['Who'],
          ['votes', true],
          ['rejected', true],
          ['opened → decided', true],
          ['to read', true],
          ['reading speed', true],
          ['without the context', true],
          ['bursts', true],
        ]}
      >
        {report.operators.map(who => (
          <tr key={who.operatorId}>
            <th scope="row">
              <AgentText text={who.name} />
              {who.flags.map(flag => (
                <span key={flag} className="tag warn">
                  {FLAG_WORDS[flag]}
                </span>
              ))}
            </th>
            <td className="number">
              <Counted shown={report} behind="operator" value={who.operatorId} label={`${who.votes} votes of ${who.name}`}>
                {who.votes}
              </Counted>
            </td>
            <td className="number">
              <Counted shown={report} behind="rejectedBy" value={who.operatorId} label={`${who.rejected} rejected by ${who.name}`}>
                {who.rejected}
              </Counted>{' '}
              <span className="muted small">{shareWords(who.rejected, who.votes)}</span>
            </td>
            {[
              ['opened → decided', who.decide.p50 === null ? null : secondsWords(who.decide.p50)],
              ['to read', who.contentChars === null ? null : `${who.contentChars} chars`],
              ['reading speed', who.charsPerSec === null ? null : `${Math.round(who.charsPerSec)} chars/s`],
            ].map(([name, words]) => (
              <td key={name} className="number">
                {words === null ? (
                  '–'
                ) : (
                  <Counted
                    shown={report}
                    behind="operator"
                    value={who.operatorId}
                    label={`${name}, in the middle of the votes of ${who.name}: ${words}`}
                  >
                    {words}
                  </Counted>
                )}
              </td>
            ))}
            <td className="number">
              <Counted
                shown={report}
                behind="unopenedBy"
                value={who.operatorId}
                label={`${who.unopened} decided by ${who.name} without the context`}
              >
                {who.unopened}
              </Counted>{' '}
              <span className="muted small">{shareWords(who.unopened, who.votes)}</span>
            </td>
            <td className="number">
              <Counted shown={report} behind="burstOf" value={who.operatorId} label={`${who.inBursts} votes of ${who.name} in bursts`}>
                {who.bursts === 0 ? 0 : `${who.inBursts} votes in ${who.bursts}`}
              </Counted>
            </td>
          </tr>
        ))}
      </Table>
    )}
  </Panel>
);
