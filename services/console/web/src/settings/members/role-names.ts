import type { Role } from '@holdpoint/contracts';

/** Roles in the order of what they may do; written here, so that the page does not load the schemas for six words. */
export const ROLE_NAMES: readonly Role[] = ['owner', 'admin', 'senior', 'operator', 'auditor', 'viewer'];
