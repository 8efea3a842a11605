/** What Nest hands to controllers. Tokens, since no type metadata is emitted. */
export const ACCOUNT_DEPS = Symbol('what accounts need');
export const ACCOUNTS = Symbol('accounts');
export const CONSOLE_ORIGIN = Symbol('console origin');
export const DIRECTORY = Symbol('directory');
export const EVENT_LOG = Symbol('event log');
export const LIVE_CLIENTS = Symbol('live clients');
export const LOGGER = Symbol('logger');
export const MESSAGING = Symbol('messaging');
export const NOW = Symbol('now');
export const PUBLIC_URL = Symbol('public url');
export const READ_MODELS = Symbol('read models');
