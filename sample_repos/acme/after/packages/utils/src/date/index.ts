/** The day of an instant, as people write it. */
export const dayOf = (instant: string): string => instant.slice(0, 10)