import type { AlertChannel, DecisionCeiling, MessageHandle, RiskLevel } from '@holdpoint/contracts';
import type { z } from 'zod';
import type { ProviderHttp } from './provider-http.ts';

/** Who a request is in the eyes of a person, and what a message is about: see `Message.kind`. */
export type MessageKind =
  | 'request'
  | 'escalation'
  | 'assigned'
  | 'answered'
  | 'stalled'
  | 'unreached'
  | 'drifted'
  | 'bypassed'
  | 'undelivered'
  | 'channelFaulted'
  | 'addressLost'
  | 'decided'
  | 'digest'
  | 'verify'
  | 'confirm'
  | 'invitation'
  | 'passwordReset'
  | 'emailChange'
  | 'emailChanged'
  | 'test';

/** Something to press. The handle is a secret for whoever reads the message; it says nothing by itself. */
export type MessageAction = {
  verb: MessageHandle['verb'];
  label: string;
  /** `hp1` and 52 characters a–z, 2–7: 55 in all, within every channel's limit (Telegram: 64 bytes). */
  handle: string;
  /** The action page of this handle, for channels that have links but no buttons. A GET of it decides nothing. */
  url: string;
};

/**
 * What a message says, before a channel gives it a form. Every text is plain: hidden characters are visible marks, links have lost their meaning,
 * secrets are blotted out, and nothing is longer than the channel's `capabilities.textCharsMax`. Markup of the channel itself (`<`, `*`, `@`) is
 * still in it: escaping is the channel's.
 */
export type Message = {
  kind: MessageKind;
  /** One line, ours. */
  title: string;
  /** Our own words: why this person is told, until when. */
  lines: readonly string[];
  /** What the agent wrote, to be marked as unverified. Empty at the level `minimal`. */
  fields: readonly { label: string; text: string; cut: boolean }[];
  riskLevel: RiskLevel;
  organization: string;
  /** Null where the message is about no single request (a digest, a code, a test). */
  approvalId: string | null;
  /** Where to read all of it; a page of the console, which asks who is there. */
  link: { label: string; url: string };
  /** What may be decided from the message itself: empty where this channel may not, or nothing waits. At most `capabilities.actionsMax`. */
  actions: readonly MessageAction[];
  /** For channels without buttons: decides by `A <code>` or `R <code> note`. Null where nothing may be decided by it. */
  replyCode: string | null;
  /** What that code decides; both unless given, only `reject` above the channel's ceiling. */
  replyVerbs?: readonly ('approve' | 'reject')[];
  /** When the request ends as not approved, RFC 3339; also the latest moment at which the message is of use. */
  expiresAt: string | null;
  /** The same by the reader's clock, in words; null where it has no end. */
  deadline: string | null;
  /** Whom it is for reads this language, BCP 47. */
  language: string;
  /** The language of title and lines, BCP 47: English where the organisation has no words in the reader's. */
  wordsIn: string;
};

/**
 * Why an attempt failed, one taxonomy for all channels: `retryable` and `throttled` try again (the second after a pause of the whole channel) ·
 * `unknown_outcome` may have arrived, try once more · `recipient_gone` the address is dead · `recipient_blocked` its owner does not want us ·
 * `window_closed` the person has to write first · `content_rejected`, `unsupported` never for this message · `config` not before an
 * administrator acts.
 */
export const FAILURE_CLASSES = [
  'retryable',
  'throttled',
  'unknown_outcome',
  'recipient_gone',
  'recipient_blocked',
  'window_closed',
  'content_rejected',
  'config',
  'unsupported',
] as const;
export type FailureClass = (typeof FAILURE_CLASSES)[number];

export type Failure = {
  class: FailureClass;
  /** The provider's own code, for the record. */
  code: string;
  retryAfterMs?: number;
  /** For logs and administrators; never holds an address, a credential or the message. */
  safeMessage: string;
  /** The provider says that the address has changed to this one. */
  movedTo?: string;
};

/** Where one message goes: the address in its canonical form, and what sending needs besides (keys of a push subscription, a Teams conversation). */
export type To = { address: string; route: string | null };

export type Accepted = {
  outcome: 'accepted';
  providerMessageId: string | null;
  /** Names the message to {@link OpenChannel.update}; at most 1 024 characters, no secret. Absent where nothing can be changed. */
  ref?: string;
  /** Paid units it took: segments, calls, conversations. */
  units?: number;
};
export type SendResult = Accepted | ({ outcome: 'failed' } & Failure);

export type SendOptions = {
  /** Stable over retries of one message to one address. */
  attemptId: string;
  /** `<approvalId>.<attemptId>`: 61 characters that ride along, so that receipts find their way without a table. Null where there is no request. */
  correlation: string | null;
  /** Whether the person wrote to us within the time in which the provider lets us answer freely; absent where nobody knows. */
  windowOpen?: boolean;
  signal?: AbortSignal;
};

export type Capabilities = {
  interactive: 'none' | 'link_only' | 'reply_text' | 'buttons' | 'forms';
  /** Things to press in one message. */
  actionsMax: number;
  /** Whether a message can be changed after it was sent. */
  canEdit: boolean;
  receipts: 'none' | 'accepted' | 'delivered' | 'read';
  /** How strongly a decision taken there would prove who took it. */
  identityStrength: 'weak' | 'medium' | 'strong';
  /** Up to which risk it may approve, unless the organisation says otherwise. */
  defaultCeiling: DecisionCeiling;
  /** `minimal`: title, code and link only, because others may see it. `summary`: with the agent's words. */
  contentLevel: 'minimal' | 'summary';
  lockScreenVisible: boolean;
  /** Characters of each text of the agent; what is longer is cut, says so, and can be read whole in the console. */
  textCharsMax: number;
  /** The person has to write first: such a channel never stands alone in a level. */
  needsOpenWindow: boolean;
  /** Each message costs the organisation money. */
  paid: boolean;
  /** Whether a rejection without a reason is answered by asking for one; absent: where there are buttons or forms. */
  asksReason?: boolean;
  /** How a person proves that an address is theirs. */
  enrolment: 'code' | 'link' | 'confirm' | 'session' | 'none';
};

/** A request of a provider to us, as it arrived. */
export type InboundRequest = {
  method: string;
  /** As the provider calls it: built from our configured public address, never from the Host header. With its query. */
  url: string;
  /** Lower-case names. */
  headers: Readonly<Record<string, string | undefined>>;
  rawBody: Buffer;
};
export type HttpAnswer = { status: number; headers?: Record<string, string>; body?: string };
export type Verdict =
  | { verdict: 'accepted' }
  | { verdict: 'refused'; reason: string }
  /** The protocol's own question (hub.challenge, url_verification, PING): answer it, and that is all. */
  | { verdict: 'challenge'; answer: HttpAnswer };

/** What came in, in words that are the same for every channel. `inboundId` is the provider's own id of it, for deduplication. */
export type InboundItem =
  | {
      kind: 'receipt';
      inboundId: string;
      correlation: string | null;
      status: 'sent' | 'delivered' | 'read' | 'failed';
      /** When the provider says so, RFC 3339. */
      at: string | null;
      failure?: Failure;
    }
  | {
      kind: 'press';
      inboundId: string;
      /** Addresses that the signed envelope proves to be the presser's; any of them may be the one on record. */
      identities: readonly string[];
      handle: string;
      note?: string;
      /** Language of the conversation it was pressed in, BCP 47, where that is known (a call); else the presser is told in their own. */
      wordsIn?: string;
      /** What answering the presser needs: opaque to everybody but the channel. */
      reply: Reply;
    }
  | { kind: 'text'; inboundId: string; identities: readonly string[]; text: string; handle?: string; reply: Reply }
  /** Somebody proves to own an address with the token that the console showed. */
  | { kind: 'enrol'; inboundId: string; token: string; address: string; route: string | null; reply: Reply }
  | { kind: 'optOut' | 'optIn'; inboundId: string; identities: readonly string[] }
  | { kind: 'addressChanged'; inboundId: string; from: string; to: string }
  /** `state`: what {@link Inbound.answer} needs where the conversation goes on without the engine (the menu of a call). */
  | { kind: 'ignored'; reason: string; state?: Reply };
export type Reply = Readonly<Record<string, string | null>>;

/** What became of a press, a text or an enrolment, for {@link OpenChannel.acknowledge} and {@link Inbound.answer}. */
export type Outcome = {
  /** `asksNote`: nothing was decided yet, the channel asks for the reason and brings it back as a press with a `note`. */
  outcome: 'done' | 'refused' | 'asksNote';
  /** One or two sentences for the person. */
  text: string;
  /** The language they are in, BCP 47; English unless given. */
  wordsIn?: string;
  /** The message as it is now, where it should change: without anything to press. */
  message?: Message;
};

export type Inbound = {
  /** Whether this is the provider speaking: over the raw bytes, in constant time, with the protocol's own freshness where it has one. */
  verify(request: InboundRequest, nowMs: number): Verdict | Promise<Verdict>;
  /** Pure; a promise where a parser is loaded on first use. Only ever sees what {@link verify} accepted. Shapes it does not know are `ignored`. */
  parse(request: InboundRequest): InboundItem[] | Promise<InboundItem[]>;
  /** Whether {@link answer} needs the outcomes (Teams); else it is given at once, with none. */
  answersWithOutcome: boolean;
  /** Where {@link answersWithOutcome}: whether the answer reaches whoever caused this item; else {@link OpenChannel.acknowledge} tells. All, unless given. */
  isToldByAnswer?(item: InboundItem): boolean;
  /** What the protocol wants back. */
  answer(items: readonly InboundItem[], outcomes: readonly Outcome[]): HttpAnswer;
};

/** A channel of one organisation, with its credentials. One attempt per call: no retry, no decision, no lookup of people, no log of what is sent. */
export type OpenChannel = {
  send(to: To, message: Message, options: SendOptions): Promise<SendResult>;
  /** Changes a message that was sent; "not modified" and "not found" are fine: `gone`. Only where `canEdit`. */
  update?(to: To, ref: string, message: Message): Promise<{ outcome: 'updated' | 'gone' } | ({ outcome: 'failed' } & Failure)>;
  /** Tells whoever pressed or wrote what came of it; a failure is of no consequence. */
  acknowledge?(item: Extract<InboundItem, { reply: Reply }>, result: Outcome): Promise<void>;
  /** Instead of `capabilities.enrolment`, where the settings decide how an address is proved (Teams: a workflow has nobody who could write). */
  enrolment?: Capabilities['enrolment'];
  /** Instead of `capabilities.asksReason`, where the settings decide whether it can be asked for. */
  asksReason?: boolean;
  /** What a person opens to prove that an account is theirs, for `enrolment: 'link'`. */
  enrolmentLink?(token: string): Promise<string>;
  /** The link cannot carry the token: the person pastes it into the conversation that the link opens. */
  pastesToken?: true;
  inbound?: Inbound;
  /** @returns null, or in plain words what an administrator must change, with the settings it is about as `settings-named.ts` finds them. */
  healthCheck(): Promise<string | null>;
  close(): Promise<void>;
};

export type OpenOptions = {
  http: ProviderHttp;
  /** The address under which the provider calls us back, with the organisation's own secret path. */
  hookUrl: string;
  /** The clock, milliseconds since 1970. */
  nowMs(): number;
};

/** A channel as its folder describes it. Adding one is a folder and a line in the registry. */
export type Channel<Config = never> = {
  id: AlertChannel;
  displayName: string;
  capabilities: Capabilities;
  /** Credentials and addresses of the provider, with `.describe()` for each; secrets carry `.meta({ secret: true })`. */
  config: z.ZodType<Config>;
  /** The address in its one canonical form; null when it cannot be one. */
  normaliseAddress(address: string): string | null;
  /** The provider's payload for a message. Pure. Shown in previews and held to the channel's limits by the contract suite. */
  render(message: Message): unknown;
  /** @throws RangeError naming the member of the configuration that is wrong. Connects to nothing. */
  open(config: Config, options: OpenOptions): OpenChannel;
};

/** Keeps a channel's configuration type inside its folder; whoever opens it has parsed the configuration with the channel's own schema. */
export const defineChannel = <Config>(channel: Channel<Config>): Channel => channel as unknown as Channel;
