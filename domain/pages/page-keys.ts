/** Where competitors' pages lie in storage: raw ones until they are read, and what is kept of them as evidence, by month. Nobody is served either. */

export const PAGES = 'pages/';
export const EVIDENCE = 'evidence/';

/** One of a scrape: a later try replaces what an earlier one has left. */
export const pageKey = (scrapeId: string): string => `${PAGES}${scrapeId}.json.gz`;

export const scrapeOfPageKey = (key: string): string | undefined => /^pages\/([0-9a-f-]{36})\.json\.gz$/.exec(key)?.[1];

export const EVIDENCE_KINDS = ['html.gz', 'json.gz', 'png', 'jpg', 'webp'] as const;
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number];

/** Named by its content, so that a page which stays the same is kept once in a month, and by its month, with which it goes. */
export const evidenceKey = (at: Date, sha256: string, kind: EvidenceKind): string =>
  `${evidenceOf(at.toISOString().slice(0, 7))}${sha256}.${kind}`;

/** All evidence of a month (`2026-11`) begins like this. */
export const evidenceOf = (month: string): string => `${EVIDENCE}${month}/`;

export const monthOfEvidence = (key: string): string | undefined => /^evidence\/(\d{4}-\d{2})\//.exec(key)?.[1];
