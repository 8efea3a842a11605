/** Limits of one approval's stream and of what a person may send. */

/** How long a claim keeps others from deciding where the ladder says nothing, seconds: one escalation interval of the default policy. */
export const CLAIM_LEASE_SEC = 300;
/** Refused attempts recorded per approval: enough for an audit, too few to flood a stream with. */
export const REFUSALS_RECORDED_MAX = 20;
/** Execution receipts recorded per approval. One is normal; more than one is worth seeing, a flood is not. */
export const EXECUTIONS_RECORDED_MAX = 20;
/** Comments, questions, snoozes and assignments per approval: what is longer belongs elsewhere, and every reader loads the whole stream. */
export const REMARKS_MAX = 200;
/** Edited action, UTF-16 units of its JSON: four times what an agent's own arguments usually take, a quarter of a request body. */
export const EDITED_ACTION_CHARS_MAX = 262_144;
/** Array pairs longer than this product are replaced whole in a diff: the pairwise comparison takes memory by the product. */
export const DIFF_ARRAY_CELLS_MAX = 40_000;
/** Hops of one vote from person to person: absence and delegation together. */
export const DELEGATION_HOPS_MAX = 3;
/** Questions the agent owes an answer to at one time. */
export const QUESTIONS_OPEN_MAX = 20;
/** Longest a question may stop the clock where the agent has no deadline of its own, seconds: a week. */
export const QUESTION_PAUSE_SEC_MAX = 604_800;
/** Longest extension in all where the policy says nothing, seconds: a day. */
export const EXTEND_SEC_MAX = 86_400;
/** Kept before the agent's own deadline, seconds: the decision has to reach the app and the app its run. The intake keeps as much. */
export const UPSTREAM_MARGIN_SEC = 45;
