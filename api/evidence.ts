/**
 * The saved copy of a competitor's page, as people see it. It is a stranger's HTML: it stands in a frame that runs nothing, loads
 * nothing and leads nowhere, below what is known of it.
 */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Response } from 'express';
import { z } from 'zod';
import type { ChartTokens } from '../chart-token.ts';
import type { Database } from '../db/database.ts';
import { findObservation, type ObservationRow } from '../db/observation-list.ts';
import { ObjectMissingError, type ObjectStorage } from '../providers/object-storage.ts';
import { renderObservation } from './observation-views.ts';
import { html } from './ops-page.ts';
import { notFound, Problem } from './problem.ts';
import { type Answer, defineRoute } from './route.ts';

export interface EvidenceContext {
  db: Database;
  storage: Pick<ObjectStorage, 'read' | 'stat'>;
  tokens: Pick<ChartTokens, 'readEvidence'>;
}

export const EVIDENCE_FORMATS = ['json', 'html', 'source', 'screenshot'] as const;
type Format = (typeof EVIDENCE_FORMATS)[number];

const decompress = promisify(gunzip);
const MAX_BYTES = 64 * 1024 * 1024;

/** Throws 404 where nothing was kept, 410 where its time is up. */
export async function sendEvidence(
  context: Omit<EvidenceContext, 'tokens'>,
  id: string,
  format: Format,
  res: Response,
): Promise<Answer | undefined> {
  const row = await findObservation(context.db, id);
  if (!row) throw notFound('observation', id);
  if (format === 'json') return { status: 200, body: await describeEvidence(context, row) };
  if (format === 'screenshot') return sendScreenshot(context, row, res);
  const copy = (await readPacked(context.storage, row.evidence_key, 'copy of the page')).toString('utf8');
  res.set('Cache-Control', 'private, max-age=300');
  if (format === 'source') res.type('text/plain').send(copy);
  else res.set('Content-Security-Policy', COPY_POLICY).type('html').send(showCopy(row, copy));
  return undefined;
}

/** Nothing may run, be loaded, be sent or frame it; the frame within inherits all of it. */
const COPY_POLICY =
  "sandbox; default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

async function describeEvidence(
  { storage }: Omit<EvidenceContext, 'tokens'>,
  row: ObservationRow & { reading: unknown },
) {
  const at = `/v1/observations/${row.id}/evidence?format=`;
  const isKept = row.evidence_key !== null && (await storage.stat(row.evidence_key)) !== undefined;
  const hasModel = isKept && row.model_key !== null && (await storage.stat(row.model_key)) !== undefined;
  return {
    observation: renderObservation(row),
    sha256: row.evidence_sha256,
    is_kept: isKept,
    model_output: hasModel
      ? JSON.parse((await readPacked(storage, row.model_key, 'model output')).toString('utf8'))
      : null,
    links: { html: `${at}html`, source: `${at}source`, screenshot: row.screenshot_key && `${at}screenshot` },
  };
}

async function sendScreenshot(
  { storage }: Omit<EvidenceContext, 'tokens'>,
  row: ObservationRow,
  res: Response,
): Promise<undefined> {
  const bytes = await read(storage, row.screenshot_key, 'screenshot');
  const type = row.screenshot_key!.endsWith('.jpg') ? 'jpeg' : row.screenshot_key!.split('.').at(-1);
  res.set({
    'Content-Security-Policy': COPY_POLICY,
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'private, max-age=300',
  });
  res.type(`image/${type}`).send(Buffer.from(bytes));
}

async function readPacked(storage: EvidenceContext['storage'], key: string | null, what: string): Promise<Buffer> {
  return decompress(await read(storage, key, what), { maxOutputLength: MAX_BYTES });
}

async function read(storage: EvidenceContext['storage'], key: string | null, what: string): Promise<Uint8Array> {
  if (key === null)
    throw new Problem({ status: 404, code: 'evidence_none', detail: `There is no ${what} of this observation.` });
  try {
    return await storage.read(key, { atMost: MAX_BYTES });
  } catch (error) {
    if (!(error instanceof ObjectMissingError)) throw error;
    throw new Problem({
      status: 410,
      code: 'evidence_gone',
      detail: `The ${what} was kept for its time, and is gone.`,
    });
  }
}

const STYLE =
  'body{margin:0;font:14px/1.5 system-ui,sans-serif;color:#1c1f23;background:#f7f7f8}header{padding:12px 16px;border-bottom:3px solid #c2410c;overflow-wrap:anywhere}strong{color:#9a3412}dl{display:grid;grid-template-columns:auto 1fr;gap:0 12px;margin:6px 0 0}dt{color:#5b636e}dd{margin:0}iframe{border:0;width:100%;height:80vh;background:#fff}@media(max-width:600px){dl{grid-template-columns:1fr}dd{margin-bottom:4px}}';

function showCopy(row: ObservationRow, copy: string): string {
  const facts: [string, string][] = [
    ['Page', row.url],
    ['Seen', row.observed_at.toISOString()],
    ['Allowed by', row.rule ?? 'not known'],
    ['SHA-256', row.evidence_sha256 ?? ''],
  ];
  return html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex"><title>Saved copy: ${row.title ?? row.url}</title><style>${STYLE}</style></head><body><header><strong>Saved copy, not the page itself.</strong> Scripts, styles and pictures are left out.<dl>${facts.map(
    ([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`,
  )}</dl></header><iframe sandbox="" title="Saved copy" srcdoc="${copy}"></iframe></body></html>`.text;
}

/** For mails: whoever has the link sees this one page. */
export const evidenceByLink = (context: EvidenceContext) =>
  defineRoute({
    method: 'get',
    path: '/price-evidence/{token}',
    tag: 'Prices',
    summary: 'See the saved page that an alert rests on',
    description: 'By the signed link of a mail.',
    scope: 'open',
    params: z.object({ token: z.string().max(512) }),
    query: z.object({ format: z.enum(['html', 'screenshot']).default('html').catch('html') }),
    responses: {
      200: {
        description: 'The saved copy',
        schema: z.string(),
        mediaType: 'text/html',
        alsoAs: ['image/png', 'image/jpeg', 'image/webp'],
      },
    },
    async handle({ params, query, res }) {
      const id = context.tokens.readEvidence(params.token);
      if (!id) throw new Problem({ status: 404, code: 'link_unknown', detail: 'This link is not one that was sent.' });
      return sendEvidence(context, id, query.format, res);
    },
  });
