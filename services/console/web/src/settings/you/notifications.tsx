import { AgentText } from '../../text/agent-text.tsx';
import { Ago } from '../../time/clock.tsx';
import { AskFirst } from '../ask-first.tsx';
import { Listing, Panel, Said } from '../panel.tsx';
import { useChange, useSetting } from '../use-setting.ts';
import { AddAddress } from './add-address.tsx';
import { addressName, type Addresses, type ChannelInfo } from './addresses-of.ts';
import { Pending } from './pending-addresses.tsx';
import { Rules } from './rules.tsx';
import { ThisBrowser } from './this-browser.tsx';

/** Where a person is told of requests: addresses, how each is proved, and which comes first. */
const NotificationsPage = () => {
  const own = useSetting<Addresses>('/api/addresses');
  const channels = useSetting<{ items: ChannelInfo[] }>('/api/channels');
  const change = useChange();
  const known = channels.data?.items ?? [];
  return (
    <>
      <OwnAddresses own={own} channels={known} />
      {own.data && own.data.pending.length > 0 && <Pending pending={own.data.pending} channels={known} />}
      {own.data && <ThisBrowser own={own.data} />}
      <Panel title="Add an address" intro="You prove that it is yours; nobody else can add it for you.">
        <Listing query={channels} empty={null}>
          <AddAddress channels={known} />
        </Listing>
      </Panel>
      {own.data && <Rules key={JSON.stringify([own.data.rules, own.data.items])} own={own.data} channels={known} change={change} />}
    </>
  );
};
export default NotificationsPage;

const OwnAddresses = ({ own, channels }: { own: ReturnType<typeof useSetting<Addresses>>; channels: ChannelInfo[] }) => {
  const change = useChange();
  const items = own.data?.items ?? [];
  const named = (id: string) => (own.data?.rules ?? []).some(({ addressId }) => addressId === id);
  return (
    <Panel title="Your addresses" intro="Requests are in the inbox of the console in any case.">
      <Listing query={own} empty={items.length === 0 ? 'You have none: you see requests only when you look.' : null}>
        <ul className="setting-rows">
          {items.map(address => {
            const channel = channels.find(({ id }) => id === address.channel);
            return (
              <li key={address.id}>
                <div className="row-text">
                  <strong>{channel?.displayName ?? address.channel}</strong> <AgentText text={address.address} />
                  {channel?.connected === false && <span className="tag warn">channel not set up</span>}
                  <p className="muted small">
                    {address.verifiedAt === null ? (
                      'not proved'
                    ) : (
                      <>
                        yours since <Ago at={address.verifiedAt} />
                        {address.lastUsedAt !== null && (
                          <>
                            {' · '}last used <Ago at={address.lastUsedAt} />
                          </>
                        )}
                      </>
                    )}
                  </p>
                </div>
                <AskFirst
                  quiet
                  label="Remove"
                  about={addressName(address, channels)}
                  will={
                    named(address.id)
                      ? 'Nothing is sent there any more; your rules go on without it.'
                      : 'Nothing is sent there any more, and nothing is taken from there.'
                  }
                  busy={change.busy}
                  run={() => change.change('DELETE', `/api/members/me/addresses/${address.id}`, undefined, 'Removed.')}
                />
              </li>
            );
          })}
        </ul>
      </Listing>
      <Said change={change} />
    </Panel>
  );
};
