import { z } from 'zod';
import { settingId, instant, role, sha256Hex } from './ids.ts';

/** Ways to sign in. Which of them an organisation takes is its sign-in policy. */
export const SIGN_IN_METHODS = ['password', 'passkey', 'oidc'] as const;
export const signInMethod = z.enum(SIGN_IN_METHODS);
export type SignInMethod = z.infer<typeof signInMethod>;

/** What is asked besides a password. A passkey is two factors by itself: the device, and the finger or PIN that unlocks it. */
export const secondFactor = z.enum(['totp', 'recoveryCode']);
export type SecondFactor = z.infer<typeof secondFactor>;

/** Which ways of signing in an organisation takes, and whether a password alone is enough. */
export const signInPolicy = z.strictObject({
  methods: z.array(signInMethod).min(1).max(SIGN_IN_METHODS.length),
  secondFactor: z.boolean(),
});
export type SignInPolicy = z.infer<typeof signInPolicy>;

/** An e-mail domain in lower case: `example.com`. */
export const emailDomain = z
  .string()
  .max(253)
  .regex(/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/, 'must be a domain in lower case, such as example.com');

/** Proof, made for one action, that the person who votes is there: recorded with the vote. */
export const stepUpFact = z.strictObject({
  method: z.enum(['passkey', 'totp']),
  at: instant,
  passkeyId: z.string().max(64).optional(),
});
export type StepUpFact = z.infer<typeof stepUpFact>;

/** How people come to be members and prove who they are. Streams `operator-` and `organization-`; credentials themselves are never in them. */
export const accountEvents = {
  /** Somebody may join by a link. `mailedHash` is of the link that was sent to the address: who opens that one has proved that it is theirs. */
  MemberInvited: z.strictObject({
    operatorId: z.string(),
    organizationId: z.string(),
    invitationId: z.string(),
    roles: z.array(role).min(1).max(6),
    teams: z.array(settingId).max(20),
    hash: sha256Hex,
    mailedHash: sha256Hex,
    expiresAt: instant,
    by: z.string(),
    at: instant,
    private: z.strictObject({ email: z.string(), name: z.string() }),
  }),
  InvitationWithdrawn: z.strictObject({ operatorId: z.string(), invitationId: z.string(), by: z.string(), at: instant }),
  PasswordChanged: z.strictObject({ operatorId: z.string(), how: z.enum(['own', 'reset']), at: instant }),
  /** An administrator made a link with which the person sets a new password. */
  PasswordResetIssued: z.strictObject({ operatorId: z.string(), by: z.string(), at: instant }),
  /** Somebody wants to sign in with another address, and a link was made for it: `hash` is of the link's secret, which stands nowhere. */
  EmailChangeRequested: z.strictObject({
    operatorId: z.string(),
    hash: sha256Hex,
    expiresAt: instant,
    at: instant,
    private: z.strictObject({ email: z.string().max(254) }),
  }),
  /** That link was opened: the person signs in with this address from now on. */
  EmailChanged: z.strictObject({ operatorId: z.string(), at: instant, private: z.strictObject({ email: z.string().max(254) }) }),
  PasskeyAdded: z.strictObject({
    operatorId: z.string(),
    passkeyId: z.string(),
    at: instant,
    private: z.strictObject({ name: z.string().max(64) }),
  }),
  PasskeyRemoved: z.strictObject({ operatorId: z.string(), passkeyId: z.string(), by: z.string(), at: instant }),
  TotpEnabled: z.strictObject({ operatorId: z.string(), at: instant }),
  TotpDisabled: z.strictObject({ operatorId: z.string(), by: z.string(), at: instant }),
  RecoveryCodesIssued: z.strictObject({ operatorId: z.string(), count: z.int().min(1), at: instant }),
  RecoveryCodeUsed: z.strictObject({ operatorId: z.string(), left: z.int().min(0), at: instant }),
  /** All sessions ended, or all but the one this was asked from. */
  SessionsRevoked: z.strictObject({ operatorId: z.string(), by: z.string(), at: instant }),
  /** An account of the identity provider is this member's from now on: told apart by issuer and subject, never by e-mail again. */
  IdentityLinked: z.strictObject({ operatorId: z.string(), issuer: z.string().max(2_048), at: instant }),
  SignInPolicySet: z.strictObject({ policy: signInPolicy, by: z.string(), at: instant }),
  SingleSignOnSet: z.strictObject({
    issuer: z.string().max(2_048),
    clientId: z.string().max(512),
    domains: z.array(emailDomain).min(1).max(20),
    by: z.string(),
    at: instant,
    /** Null for a public client, which proves itself by PKCE alone. */
    private: z.strictObject({ clientSecret: z.string().max(1_024).nullable() }),
  }),
  SingleSignOnRemoved: z.strictObject({ by: z.string(), at: instant }),
} as const;
