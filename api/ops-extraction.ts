/** /ops/extraction: sites that are no longer understood as before, and the repairs that are proposed, with before and after side by side. */
import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import type { Database } from '../db/database.ts';
import { acceptRepair, refuseRepair, undoRepair } from '../db/decide-repair.ts';
import { decideShape, listShapes, type ShapeRow } from '../db/decide-shape.ts';
import { findRepair, listRepairs, type RepairRow } from '../db/extraction-repairs.ts';
import type { TriedPage } from '../domain/drift/choose-repair.ts';
import { formatMoney } from '../domain/money.ts';
import { type Html, html, opsFacts, opsPage, opsTable, opsTime } from './ops-page.ts';
import { type OpsCredentials, opsSignIn } from './ops-sign-in.ts';
import { notFound } from './problem.ts';

const PATH = '/ops/extraction';
const LIMIT = 50;
const FIRST = { after: undefined, limit: LIMIT };

export function createOpsExtraction({ db, ...credentials }: OpsCredentials & { db: Database }): Router {
  const router = Router();
  router.use(PATH, opsSignIn(credentials));
  router.get(PATH, async (_req, res) => {
    res.type('html').send(opsPage('How pages are understood', await showAll(db)));
  });
  router.get(`${PATH}/repairs/:id`, async (req, res) => {
    const repair = await findRepair(db, idOf(req, 'extraction_repair'));
    if (!repair) throw notFound('extraction_repair', req.params.id);
    res.type('html').send(opsPage(`Repair for ${repair.competitor_name}`, showRepair(repair)));
  });
  const by = credentials.user;
  for (const [verb, act] of Object.entries({ accept: acceptRepair, refuse: refuseRepair, undo: undoRepair }))
    router.post(`${PATH}/repairs/:id/${verb}`, async (req, res) => {
      const id = idOf(req, 'extraction_repair');
      const { kind } = await db.transaction((tx) => act(tx, id, by));
      if (kind === 'not_found') throw notFound('extraction_repair', id);
      seeOther(res, `${PATH}/repairs/${id}`);
    });
  for (const [verb, status] of Object.entries({ confirm: 'confirmed', reject: 'rejected' } as const))
    router.post(`${PATH}/shapes/:id/${verb}`, async (req, res) => {
      const id = idOf(req, 'extraction_shape');
      await db.transaction((tx) => decideShape(tx, id, status, by));
      seeOther(res, PATH);
    });
  return router;
}

const seeOther = (res: Response, to: string) => res.redirect(303, to);

function idOf(req: Request, object: string): string {
  const id = z.uuid().safeParse(req.params.id);
  if (!id.success) throw notFound(object, req.params.id as string);
  return id.data;
}

async function showAll(db: Database): Promise<Html> {
  const shapes = await listShapes(db, { status: 'unconfirmed' }, FIRST);
  const repairs = await listRepairs(db, {}, FIRST);
  return html`<h2>Held until somebody has looked</h2>
${opsTable(['Competitor', 'Since', 'Change', 'Pages', 'Understood as', 'Decide'], shapes.slice(0, LIMIT).map(shapeRow))}
<h2>Repairs</h2>
${opsTable(['Proposed', 'Competitor', 'Status', 'Place', 'As before'], repairs.slice(0, LIMIT).map(repairRow))}`;
}

const CHANGES: Readonly<Record<string, string>> = {
  new_shape: 'pages are made in another way',
  failures_rising: 'pages are no longer understood',
  field_vanished: 'a field has vanished',
};

const shapeRow = ({ id, competitor_name, shape, change, first_seen_at, outcome }: ShapeRow) => [
  competitor_name,
  opsTime(change?.opened_at ?? first_seen_at),
  [CHANGES[change?.kind ?? ''], change?.field].filter(Boolean).join(': '),
  change && `${change.changed} of ${change.pages}`,
  shape,
  html`${button(`${PATH}/shapes/${id}/confirm`, outcome === 'none' ? 'They say nothing, rightly' : 'Believe it')}${button(`${PATH}/shapes/${id}/reject`, 'Reject')}`,
];

const repairRow = ({ id, competitor_name, status, selector, agreed, tried, created_at }: RepairRow) => [
  html`<a href="${PATH}/repairs/${id}">${opsTime(created_at)}</a>`,
  competitor_name,
  status,
  selector,
  `${agreed} of ${tried}`,
];

const button = (action: string, label: string) =>
  html`<form method="post" action="${action}"><button>${label}</button></form>`;

function showRepair(repair: RepairRow): Html {
  const { id, status, selector, agreed, tried, replaced, decided_by: by, decided_at: at, pages } = repair;
  const verbs: readonly string[] = { proposed: ['accept', 'refuse'], accepted: ['undo'] }[status as string] ?? [];
  const labels: Readonly<Record<string, string>> = { accept: 'Accept', refuse: 'Refuse', undo: 'Take back' };
  return html`${opsFacts([
    ['Status', by ? `${status} by ${by}, ${opsTime(at)}` : status],
    ['The price stands at', selector],
    ['In place of', replaced],
    ['Reads as before', `on ${agreed} of ${tried} saved pages`],
  ])}
<h2>Before and after</h2>${opsTable(['Page', 'Before', 'After', '', 'As the page has it'], pages.map(triedRow))}
${verbs.map((verb) => button(`${PATH}/repairs/${id}/${verb}`, labels[verb]!))}
<p><a href="${PATH}">All sites</a></p>`;
}

const triedRow = ({ url, before, after, reason, agrees, snippet }: TriedPage) => [
  url,
  formatMoney(before),
  after ? formatMoney(after) : (reason ?? 'nothing'),
  agrees ? 'the same' : html`<span class="bad">differs</span>`,
  snippet,
];
