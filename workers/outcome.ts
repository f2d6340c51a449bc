/** How a job's run ends: a closed set. Anything thrown that is not one of these is a retry. */
export type Outcome =
  | { readonly kind: 'done'; readonly note?: string }
  | { readonly kind: 'give_up'; readonly code: string; readonly message: string }
  | { readonly kind: 'later'; readonly delayMs: number };

/** The work is done, or was not to be done any more (say why in `note`, it goes to the log). */
export const done = (note?: string): Outcome => (note ? { kind: 'done', note } : { kind: 'done' });

/** No retry can help: the job ends as failed and stands in the exceptions list. */
export const giveUp = (code: string, message: string): Outcome => ({ kind: 'give_up', code, message });

/** Not an error, just too early: run again after a while, without using up an attempt. */
export const later = (delayMs: number): Outcome => ({ kind: 'later', delayMs });
