import { e164Of } from '../phone-number.ts';

/** Business-scoped user id: country, an optional ENT for linked portfolios, up to 128 letters and digits (Meta, 2026-03-31). */
const USER_ID = /^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/;

const isUserId = (text: string): boolean => USER_ID.test(text);

/** A phone number in E.164, or a business-scoped user id as it is; null for anything else. */
export const addressOf = (text: string): string | null => {
  const trimmed = text.trim();
  return isUserId(trimmed) ? trimmed : e164Of(trimmed);
};

/** How a message names whom it goes to: a phone number as `to`, a business-scoped user id as `recipient`. */
export const recipientOf = (address: string): { to: string } | { recipient: string } =>
  isUserId(address) ? { recipient: address } : { to: address };

/** Mobile numbers of Mexico were written with a 1 before 2019, those of Brazil without a leading 9 before 2016. */
const MEXICO_OLD = /^521(\d{10})$/;
const BRAZIL_OLD = /^55(\d{2})([6-9]\d{7})$/;

/**
 * The addresses that a WhatsApp id stands for. Meta says that id and phone number need not match; where it keeps a number in its old form,
 * the number of the same line in use today is added, because that is what people enter. Both changes were one to one: the old mobile numbers
 * of Brazil began with 6 to 9, so that no landline becomes somebody's mobile number here.
 * @param waId digits with the country code, without a plus
 */
export const phonesOf = (waId: string): string[] => {
  if (!/^\d{5,15}$/.test(waId)) return [];
  const today = waId.replace(MEXICO_OLD, '52$1').replace(BRAZIL_OLD, '55$19$2');
  return [...new Set([`+${waId}`, `+${today}`])];
};

/** @returns the ids that are business-scoped user ids */
export const userIdsOf = (...ids: readonly (string | null)[]): string[] =>
  [...new Set(ids.filter(id => id !== null && isUserId(id)))] as string[];
