/** Limits of one approval's stream and of what a person may send. */

/** How long a claim keeps others from deciding, seconds: one escalation interval of the default policy. */
export const CLAIM_LEASE_SEC = 300;
/** Refused attempts recorded per approval: enough for an audit, too few to flood a stream with. */
export const REFUSALS_RECORDED_MAX = 20;
/** Execution receipts recorded per approval. One is normal; more than one is worth seeing, a flood is not. */
export const EXECUTIONS_RECORDED_MAX = 20;
/** Comments per approval: a discussion longer than this belongs elsewhere, and every reader loads the whole stream. */
export const COMMENTS_MAX = 200;
/** Edited action, UTF-16 units of its JSON: four times what an agent's own arguments usually take, a quarter of a request body. */
export const EDITED_ACTION_CHARS_MAX = 262_144;
/** Array pairs longer than this product are replaced whole in a diff: the pairwise comparison takes memory by the product. */
export const DIFF_ARRAY_CELLS_MAX = 40_000;
