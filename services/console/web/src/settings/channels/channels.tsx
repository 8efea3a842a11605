import type { JsonObject } from '@holdpoint/contracts';
import { AgentText } from '../../text/agent-text.tsx';
import { Ago } from '../../time/clock.tsx';
import { Listing, Panel } from '../panel.tsx';
import type { PartProps } from '../settings.tsx';
import { useSetting } from '../use-setting.ts';
import type { ChannelInfo } from '../you/addresses-of.ts';
import { ChannelSetup } from './channel-setup.tsx';

/** `GET /api/channels`, as administrators and auditors see it. */
export type ChannelDetail = ChannelInfo & {
  installed: boolean;
  connectedAt: string | null;
  /** Since when the provider refuses the settings; null while it takes them. */
  fault: { code: string; at: string } | null;
  capabilities: ChannelInfo['capabilities'] & { interactive: string; receipts: string; defaultCeiling: string };
  form: JsonObject;
  secrets: string[];
  secretsSet: string[];
  /** Null where the organisation has no settings of its own. */
  config: JsonObject | null;
  hookUrl: string | null;
};

/** Channels: the providers through which people are reached. */
const ChannelsPage = ({ rights }: PartProps) => {
  const channels = useSetting<{ items: ChannelDetail[] }>('/api/channels');
  const items = (channels.data?.items ?? []).toSorted((a, b) => Number(b.connected) - Number(a.connected));
  return (
    <Panel
      title="Providers"
      intro="Each is checked with the provider before it is saved. People then add their own addresses under Where I am told. docs/channels has a page for each."
    >
      <Listing query={channels} empty={null}>
        <ul className="fold-rows">
          {items.map(channel => (
            <li key={channel.id}>
              <details className="fold-row" name="channel">
                <summary>
                  <strong>{channel.displayName}</strong>
                  <span className="fold-facts">
                    <span className="muted small">{howAnswered(channel)}</span>
                    <State channel={channel} />
                  </span>
                </summary>
                <ChannelSetup channel={channel} admin={rights.admin} />
              </details>
            </li>
          ))}
        </ul>
      </Listing>
    </Panel>
  );
};
export default ChannelsPage;

const State = ({ channel: { connectedAt, installed, fault } }: { channel: ChannelDetail }) =>
  fault !== null ? (
    <span className="tag bad">
      refused (<AgentText text={fault.code} />) since <Ago at={fault.at} />
    </span>
  ) : connectedAt !== null ? (
    <span className="tag good">
      set up <Ago at={connectedAt} />
    </span>
  ) : (
    <span className={`tag ${installed ? 'good' : ''}`}>{installed ? 'of this installation' : 'not set up'}</span>
  );

const ANSWERS: Record<string, string> = {
  none: 'tells only',
  link_only: 'answered by link',
  reply_text: 'answered by code',
  buttons: 'answered by button',
  forms: 'answered by button and form',
};
const howAnswered = ({ capabilities }: ChannelDetail): string =>
  [
    ANSWERS[capabilities.interactive] ?? '',
    capabilities.paid ? 'costs per message' : '',
    capabilities.needsOpenWindow ? 'people write first' : '',
  ]
    .filter(words => words !== '')
    .join(' · ');
