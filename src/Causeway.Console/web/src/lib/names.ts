/** Where a key or a grant may be used, the least serious first. */
export const environments = ["dev", "eval", "staging", "prod"];

/** What data may be, the least confidential first. */
export const dataClasses = ["public", "internal", "customer", "restricted"];
