import type { DecisionVerb, JsonObject, VerbBody } from '@holdpoint/contracts';
import { post } from '../api/client.ts';
import { askForPasskey } from '../sign-in/passkey.ts';

type Begun = { flow: string; method: 'passkey' | 'totp'; options: unknown };
/** What goes along with the verb. */
export type StepUp = { flow: string; credential: JsonObject } | { flow: string; code: string };

/**
 * Proves anew, for this very action, that the person is there: by passkey, or by the code that `askCode` asks for.
 * @returns null when the person gave no code. @throws ApiError, PasskeyFailed
 */
export const stepUp = async (
  id: string,
  verb: DecisionVerb,
  body: VerbBody,
  askCode: () => Promise<string | null>,
): Promise<StepUp | null> => {
  const action = verb === 'modify' && body.action !== undefined ? { action: body.action } : {};
  const { flow, method, options } = await post<Begun>(`/api/approvals/${id}/step-up`, { verb, ...action });
  if (method === 'passkey') return { flow, credential: await askForPasskey(options) };
  const code = await askCode();
  return code === null ? null : { flow, code };
};
