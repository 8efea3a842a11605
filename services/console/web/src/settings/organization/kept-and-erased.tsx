import type { ErasedPage, LegalHoldsPage } from '@holdpoint/contracts';
import { decidedWords, personName } from '../../review/words.ts';
import { Link } from '../../router/link.tsx';
import { reviewAddress } from '../../router/routes.ts';
import { AgentText } from '../../text/agent-text.tsx';
import { Ago } from '../../time/clock.tsx';
import { Listing, Panel } from '../panel.tsx';
import { usePages } from '../use-pages.ts';

/** What a legal hold keeps, and what was erased, on whose order and why. */
const KeptAndErasedPage = () => (
  <>
    <LegalHolds />
    <Erasures />
    <p className="muted small">
      For how long what was written is kept is a matter of the <Link to="/settings/organization">organisation</Link>.
    </p>
  </>
);
export default KeptAndErasedPage;

const LegalHolds = () => {
  const holds = usePages<LegalHoldsPage['items'][number]>('/api/legal-holds');
  return (
    <Panel
      title="On legal hold"
      intro="Evidence somewhere: neither age nor anybody erases it until an administrator releases it on its page."
    >
      <Listing query={holds} empty={holds.items.length === 0 ? 'Nothing is on legal hold.' : null}>
        <ul className="setting-rows">
          {holds.items.map(({ approvalId, by, at, agentId, toolName, status }) => (
            <li key={approvalId}>
              <div className="row-text">
                <Link to={reviewAddress(approvalId)}>
                  <AgentText text={toolName} />
                </Link>{' '}
                <span className={`outcome ${status}`}>{decidedWords(status)}</span>
                <p className="muted small">
                  asked by <AgentText text={agentId} /> · held by <AgentText text={personName(by)} />, <Ago at={at} />
                </p>
              </div>
              <code className="muted small">{approvalId}</code>
            </li>
          ))}
        </ul>
        <More pages={holds} />
      </Listing>
    </Panel>
  );
};

const Erasures = () => {
  const erased = usePages<ErasedPage['items'][number]>('/api/erased');
  return (
    <Panel title="Erased" intro="What was written is gone; the reason, and who decided what and when, stay in the log.">
      <Listing query={erased} empty={erased.items.length === 0 ? 'Nothing was erased yet.' : null}>
        <ul className="setting-rows">
          {erased.items.map(({ approvalId, ground, by, reason, erasedAt, keysDestroyedAt }) => (
            <li key={approvalId}>
              <div className="row-text">
                <AgentText text={reason} />
                <p className="muted small">
                  {ground === 'retention' ? (
                    'its time was over'
                  ) : (
                    <>
                      ordered by <AgentText text={personName(by)} />
                    </>
                  )}
                  , <Ago at={erasedAt} /> · {keysDestroyedAt === null ? 'its keys are being destroyed' : 'its keys are destroyed'}
                </p>
              </div>
              <code className="muted small">{approvalId}</code>
            </li>
          ))}
        </ul>
        <More pages={erased} />
      </Listing>
    </Panel>
  );
};

const More = ({ pages }: { pages: ReturnType<typeof usePages> }) =>
  pages.hasNextPage && (
    <button type="button" className="button quiet" aria-disabled={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
      {pages.isFetchingNextPage ? 'Reading…' : 'Show more'}
    </button>
  );
