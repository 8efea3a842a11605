import { parsePhoneNumberFromString } from 'libphonenumber-js/min';

/**
 * A phone number in E.164, from any way of writing it with its country: `+49 (30) 1234-567`, `0049 30 1234567`.
 * @returns null for what cannot be one, a number without its country among it: whose would it be?
 */
export const e164Of = (text: string): string | null => {
  const trimmed = text.trim();
  const phone = parsePhoneNumberFromString(trimmed.startsWith('00') ? `+${trimmed.slice(2)}` : trimmed);
  return phone?.isValid() === true ? phone.number : null;
};
