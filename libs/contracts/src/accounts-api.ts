import { z } from 'zod';
import { emailDomain, signInPolicy } from './account-events.ts';
import { language } from './channel-settings.ts';
import { verbBody } from './commands.ts';
import { action } from './approval-request.ts';
import { instant, jsonObject, role, settingId } from './ids.ts';
import { LIMITS } from './limits.ts';
import { timeZone } from './on-call.ts';

/** Bodies and answers of the operators' API about accounts. Length and quality of a password are checked where it is set. */

const PASSWORD_CHARS_MAX = 256;
const password = z.string().min(1).max(PASSWORD_CHARS_MAX);
const email = z.email().max(254);
/** 256 random bits in base64url: of a link, or of something begun. */
const token = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'must be 43 characters of base64url');
/** What `navigator.credentials` gives, as JSON (WebAuthn level 3, `PublicKeyCredential.toJSON`); the library checks the rest. */
const credentialJson = jsonObject;
const passkeyName = z.string().trim().min(1).max(64);

/** `POST /api/sign-in`, and the second step where one is asked for. */
export const signInBody = z.strictObject({ email: z.string().min(3).max(254), password });
export const secondFactorBody = z.strictObject({ flow: token, code: z.string().min(6).max(32) });
/** `POST /api/sign-in/passkey`. */
export const passkeySignInBody = z.strictObject({ flow: token, credential: credentialJson });
/** `POST /api/sign-in/oidc` begins, `POST /api/sign-in/oidc/finish` takes what the provider put into the address. */
export const oidcSignInBody = z.strictObject({ organizationId: z.string().max(64) });
export const oidcFinishBody = z.strictObject({
  flow: token,
  /** The query string of the address the provider sent the browser to. */
  query: z.string().max(8_192),
});

/** `POST /api/password-reset`, `POST /api/password-reset/confirm`. */
export const passwordResetBody = z.strictObject({ email });
export const passwordResetConfirmBody = z.strictObject({ token, password });

/** `POST /api/me/email`, `POST /api/me/email/confirm`. */
export const changeEmailBody = z.strictObject({ email });
export const confirmEmailBody = z.strictObject({ token });

/** `POST /api/invitations`, `POST /api/members`. */
export const newInvitation = z.strictObject({
  email,
  name: z.string().trim().min(1).max(128),
  roles: z.array(role).min(1).max(6),
  teams: z.array(settingId).max(20).default([]),
});
/** `POST /api/invitations/look`, `/passkey`, `/accept`. */
export const invitationLookBody = z.strictObject({ token });
export const invitationAcceptBody = z
  .strictObject({
    token,
    name: z.string().trim().min(1).max(128).optional(),
    password: password.optional(),
    passkey: z.strictObject({ flow: token, credential: credentialJson, name: passkeyName }).optional(),
  })
  .refine(body => (body.password === undefined) !== (body.passkey === undefined), { message: 'give either `password` or `passkey`' });

/** `PUT /api/security/password`. `current` may be left out by somebody who has none. */
export const changePasswordBody = z.strictObject({ current: password.optional(), password });
/** `POST /api/security/passkeys`. */
export const newPasskey = z.strictObject({ flow: token, credential: credentialJson, name: passkeyName });
/** `POST /api/security/totp/confirm`. */
export const confirmTotpBody = z.strictObject({ code: z.string().regex(/^\d{6}$/, 'must be the six digits the app shows') });
/** `DELETE /api/members/{id}`: who gets what was assigned to the person; without one it goes to the next rung. */
export const removeMemberQuery = z.strictObject({ successor: z.string().max(64).optional() });
/** `POST /api/members/{id}/roles`. */
export const grantRoleBody = z.strictObject({ role });
/** `PUT /api/organization/sign-in-policy`, `PUT /api/organization/single-sign-on`. */
export const signInPolicyBody = z.strictObject({ policy: signInPolicy });
export const singleSignOnBody = z.strictObject({
  issuer: z.url({ protocol: /^https?$/ }).max(LIMITS.urlCharsMax),
  clientId: z.string().min(1).max(512),
  /** Left out: what is stored stays; null: a public client. */
  clientSecret: z.string().min(1).max(1_024).nullable().optional(),
  domains: z.array(emailDomain).min(1).max(20),
});
/** `GET /api/exports/access-review`. */
export const accessReviewQuery = z.strictObject({ format: z.enum(['csv', 'json']).default('csv') });

/** `POST /api/approvals/{id}/step-up`: what is going to be decided. */
export const stepUpBody = z.strictObject({ verb: z.enum(['approve', 'modify', 'bypass']), action: action.optional() });
/** Body of a verb with the proof that was made for it. */
export const provenVerbBody = verbBody.extend({
  stepUp: z
    .strictObject({
      flow: token,
      credential: credentialJson.optional(),
      code: z
        .string()
        .regex(/^\d{6}$/)
        .optional(),
    })
    .refine(proof => (proof.credential === undefined) !== (proof.code === undefined), { message: 'give either `credential` or `code`' })
    .optional(),
});

/** `hp.cmd.notification.accountMail`: a link, or word of a change, to one address and never to another channel. */
export const accountMail = z.strictObject({
  tenant: z.string(),
  kind: z.enum(['invitation', 'passwordReset', 'emailChange', 'emailChanged']),
  email,
  name: z.string().max(128),
  link: z.url().max(2_048),
  /** Until when the link works; null for one that is the address of a page only. */
  expiresAt: instant.nullable(),
  /** Who invites. */
  by: z.string().max(128).optional(),
  /** Of the words; English unless given. */
  language: language.optional(),
  /** The clock that deadlines are told by; the organisation's unless given. */
  timeZone: timeZone.optional(),
});
export type AccountMail = z.infer<typeof accountMail>;

/** `GET /api/sign-in/methods`: what the sign-in page offers, before anybody is known. */
export type SignInMethods = {
  password: boolean;
  /** `host`: name under which passkeys work here; a page under another name cannot use them. */
  passkey: { host: string } | null;
  singleSignOn: { organizationId: string; name: string }[];
  /** Whose console this is, where it is one organisation's; `logo`: address of the image on this origin. */
  organization: { name: string; logo: string | null } | null;
};

/** `GET /api/security`: how one signs in oneself. */
export type SecurityStanding = {
  email: string;
  emailVerified: boolean;
  /** The address a link was sent to, which becomes the one to sign in with once it is opened. */
  emailChange: { email: string; expiresAt: string } | null;
  password: boolean;
  passkeys: { id: string; name: string; createdAt: string; lastUsedAt: string | null; backedUp: boolean }[];
  totp: { enabled: boolean; recoveryCodesLeft: number };
  identities: { issuer: string; linkedAt: string }[];
  policy: z.infer<typeof signInPolicy>;
  passkeyHost: string;
  /** This session may do nothing but set up a second factor. */
  mustAddFactor: boolean;
};

/** A row of `GET /api/sessions`. */
export type SessionEntry = {
  id: string;
  method: string;
  device: string;
  createdAt: string;
  lastUsedAt: string;
  current: boolean;
};
