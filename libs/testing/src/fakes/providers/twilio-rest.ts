import type { FakeAnswer, FakeRequest } from './provider.ts';
import { twilioError, type TwilioState } from './twilio-state.ts';

/** Characters of a body, seconds of a validity, characters of inline TwiML. */
const [BODY_MAX, VALIDITY_MAX, TWIML_MAX] = [1_600, 36_000, 4_000];
const E164 = /^\+[1-9]\d{6,14}$/;

const known = (request: FakeRequest, { accountSid, authToken, apiKeySid, apiKeySecret }: TwilioState): boolean => {
  const given = Buffer.from((request.headers.authorization ?? '').replace(/^Basic /, ''), 'base64').toString('utf8');
  return given === `${accountSid}:${authToken}` || given === `${apiKeySid}:${apiKeySecret}`;
};

/** Twilio's REST API, its hosts told apart by `X-Forwarded-Host` as they are by name in the real one. */
export const twilioRest =
  (state: TwilioState) =>
  (request: FakeRequest): FakeAnswer | Promise<FakeAnswer> => {
    if (!known(request, state)) return twilioError(401, 20003, 'Authenticate');
    const host = request.headers['x-forwarded-host'] ?? 'api.twilio.com';
    const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
    const form = new URLSearchParams(isForm ? request.rawBody.toString('utf8') : '');
    const asked = `${request.method} ${request.path}`;
    const account = `/2010-04-01/Accounts/${state.accountSid}`;
    if (host === 'api.twilio.com') {
      if (asked === `POST ${account}/Messages.json`) return takeMessage(state, form);
      if (asked === `POST ${account}/Calls.json`) return takeCall(state, form);
      if (asked === `GET ${account}/IncomingPhoneNumbers.json`) return listNumbers(state, request);
    }
    if (host === 'messaging.twilio.com') {
      const service = state.services.get(/^GET \/v1\/Services\/(MG\w+)$/.exec(asked)?.[1] ?? '');
      if (service !== undefined)
        return { status: 200, body: { inbound_request_url: service.inboundRequestUrl, use_inbound_webhook_on_number: false } };
    }
    if (host === 'content.twilio.com') return contentApi(state, request);
    return twilioError(404, 20404, `The requested resource ${request.path} was not found`);
  };

const takeMessage = async (state: TwilioState, form: URLSearchParams): Promise<FakeAnswer> => {
  const to = form.get('To') ?? '';
  const mishap = state.mishaps.take(to.replace(/^whatsapp:/, ''));
  if (mishap !== undefined && 'status' in mishap) return mishap;
  const refusal = messageFault(state, form);
  if (refusal !== null) return refusal;
  const sid = state.nextSid('SM');
  const service = state.services.get(form.get('MessagingServiceSid') ?? '');
  state.messages.push({
    sid,
    to,
    from: form.get('From') ?? service?.from ?? '',
    body: form.get('Body'),
    contentSid: form.get('ContentSid'),
    contentVariables: JSON.parse(form.get('ContentVariables') ?? '{}') as Record<string, string>,
    statusCallback: form.get('StatusCallback'),
    validityPeriod: Number(form.get('ValidityPeriod') ?? VALIDITY_MAX),
  });
  if (mishap !== undefined && 'hangUp' in mishap) return mishap;
  if (mishap !== undefined) await new Promise(resolve => setTimeout(resolve, mishap.delayMs));
  return { status: 201, body: { sid, status: 'queued', to, num_segments: '1', error_code: null } };
};

/** What Twilio says at once; what carriers say comes later, by callback. */
const messageFault = (state: TwilioState, form: URLSearchParams): FakeAnswer | null => {
  const [to, from, service] = [form.get('To'), form.get('From'), form.get('MessagingServiceSid')];
  const [body, content] = [form.get('Body'), form.get('ContentSid')];
  if (to === null) return twilioError(400, 21604, "A 'To' phone number is required.");
  if (from === null && service === null) return twilioError(400, 21603, "A 'From' phone number is required.");
  if (body === null && content === null) return twilioError(400, 21619, 'A text message body or media urls must be specified.');
  if ((body ?? '').length > BODY_MAX) return twilioError(400, 21617, 'The concatenated message body exceeds the 1600 character limit');
  const number = to.replace(/^whatsapp:/, '');
  if (!E164.test(number)) return twilioError(400, 21211, `The 'To' number ${to} is not a valid phone number.`);
  if (from?.startsWith('whatsapp:') === true) {
    if (!state.whatsappSenders.has(from)) return twilioError(400, 63007, 'Twilio could not find a Channel with the specified From address');
  } else if (from !== null && !state.numbers.has(from)) {
    return twilioError(400, 21606, `The 'From' phone number provided (${from}) is not a valid phone number for your account`);
  }
  if (service !== null && !state.services.has(service)) return twilioError(404, 21703, 'The Messaging Service does not exist');
  if (content !== null && !state.contents.has(content)) return twilioError(400, 21655, 'The ContentSid is Invalid');
  if (state.optedOut.has(number)) return twilioError(400, 21610, 'Attempt to send to unsubscribed recipient');
  const validity = form.get('ValidityPeriod');
  if (validity !== null && !(Number(validity) >= 1 && Number(validity) <= VALIDITY_MAX))
    return twilioError(400, 21716, 'ValidityPeriod is out of range');
  return callbackFault(form.get('StatusCallback'));
};

/** A fake on loopback takes http as well; the real one wants an address that it can reach. */
const callbackFault = (url: string | null): FakeAnswer | null =>
  url === null || URL.canParse(url) ? null : twilioError(400, 21609, "The 'StatusCallback' URL is not a valid URL.");

const takeCall = async (state: TwilioState, form: URLSearchParams): Promise<FakeAnswer> => {
  const to = form.get('To') ?? '';
  const mishap = state.mishaps.take(to);
  if (mishap !== undefined && 'status' in mishap) return mishap;
  const [from, twiml, detection] = [form.get('From') ?? '', form.get('Twiml'), form.get('MachineDetection')];
  if (!E164.test(to)) return twilioError(400, 21211, `The phone number you are attempting to call, ${to}, is not valid.`);
  if (!state.numbers.has(from)) return twilioError(400, 21210, `The source phone number provided, ${from}, is not yet verified`);
  if (twiml === null) return twilioError(400, 21205, 'Url parameter is required.');
  if (twiml.length > TWIML_MAX) return twilioError(400, 21256, 'The Twiml parameter is too long');
  if (detection !== null && detection !== 'Enable' && detection !== 'DetectMessageEnd')
    return twilioError(400, 21261, 'Invalid MachineDetection');
  const refusal = callbackFault(form.get('StatusCallback'));
  if (refusal !== null) return refusal;
  const sid = state.nextSid('CA');
  const limit = form.get('TimeLimit');
  state.calls.push({
    sid,
    to,
    from,
    twiml,
    statusCallback: form.get('StatusCallback'),
    statusCallbackEvents: form.getAll('StatusCallbackEvent'),
    machineDetection: detection,
    timeout: Number(form.get('Timeout') ?? 60),
    timeLimit: limit === null ? null : Number(limit),
    heard: [],
  });
  if (mishap !== undefined && 'hangUp' in mishap) return mishap;
  if (mishap !== undefined) await new Promise(resolve => setTimeout(resolve, mishap.delayMs));
  return { status: 201, body: { sid, status: 'queued', to, from } };
};

const listNumbers = ({ numbers }: TwilioState, { query }: FakeRequest): FakeAnswer => {
  const wanted = query.get('PhoneNumber');
  const found = [...numbers].filter(([number]) => wanted === null || number === wanted);
  return {
    status: 200,
    body: {
      incoming_phone_numbers: found.map(([number, { smsUrl, voiceUrl }]) => ({
        phone_number: number,
        sms_url: smsUrl,
        voice_url: voiceUrl,
      })),
      next_page_uri: null,
      page: 0,
    },
  };
};

/** Templates: JSON, unlike the rest of Twilio. */
const contentApi = ({ contents, nextSid }: TwilioState, { method, path, rawBody, headers }: FakeRequest): FakeAnswer => {
  if (method === 'POST' && path === '/v1/Content') {
    if (headers['content-type']?.startsWith('application/json') !== true) return twilioError(400, 20001, 'Content must be JSON');
    const asked = JSON.parse(rawBody.toString('utf8')) as Record<string, unknown>;
    if (typeof asked['types'] !== 'object' || asked['types'] === null || typeof asked['language'] !== 'string')
      return twilioError(400, 20001, 'types and language are required');
    const content = {
      sid: nextSid('HX'),
      friendlyName: String(asked['friendly_name'] ?? ''),
      language: asked['language'],
      variables: (asked['variables'] ?? {}) as Record<string, string>,
      types: asked['types'],
      approval: 'unsubmitted',
    };
    contents.set(content.sid, content);
    return { status: 201, body: shownContent(content) };
  }
  const [, sid = '', approval] = /^\/v1\/Content\/(HX\w+)(\/ApprovalRequests)?$/.exec(path) ?? [];
  const content = contents.get(sid);
  if (method !== 'GET' || content === undefined) return twilioError(404, 20404, `The requested resource ${path} was not found`);
  return approval === undefined
    ? { status: 200, body: shownContent(content) }
    : { status: 200, body: { sid, whatsapp: { status: content.approval, category: 'UTILITY', name: content.friendlyName } } };
};

const shownContent = ({
  sid,
  friendlyName,
  language,
  variables,
  types,
}: {
  sid: string;
  friendlyName: string;
  language: string;
  variables: object;
  types: object;
}) => ({
  sid,
  friendly_name: friendlyName,
  language,
  variables,
  types,
});
