/** What can be asked of an endpoint by name: to rest, to go on, and to sign with another secret. */
import { z } from 'zod';
import type { Database, Executor } from '../db/database.ts';
import { resolveException } from '../db/exceptions.ts';
import * as endpoints from '../db/webhook-endpoints.ts';
import { idempotentRequest, once } from './middleware/idempotency.ts';
import { conflict } from './problem.ts';
import { defineRoute, type Route } from './route.ts';
import { uuidParams } from './schemas.ts';
import { lockEndpoint, showEndpoint, showSecretOnce } from './webhook-endpoint.ts';
import * as views from './webhook-views.ts';

interface Context {
  db: Database;
}

export function webhookStateRoutes(context: Context): Route[] {
  return [rotate(context), ...CHANGES.map((change) => changeState(context, change))];
}

const tag = 'Webhooks';
const PATH = '/v1/webhook-endpoints/{id}';

interface StateChange {
  verb: string;
  summary: string;
  description?: string;
  /** False when the endpoint, which is there, is in no state for it. */
  apply(tx: Executor, id: string): Promise<boolean>;
  refusal: { code: string; because: string };
}

const CHANGES: readonly StateChange[] = [
  {
    verb: 'pause',
    summary: 'Pause an endpoint; what happens is kept for it',
    apply: (tx, id) => endpoints.pauseWebhookEndpoint(tx, id, 'by hand'),
    refusal: { code: 'endpoint_not_active', because: 'is not active' },
  },
  {
    verb: 'resume',
    summary: 'Resume an endpoint; what was kept is sent',
    description: 'One that was disabled is told of what happens from now on; what it missed can be replayed.',
    async apply(tx, id) {
      if (!(await endpoints.resumeWebhookEndpoint(tx, id))) return false;
      await settleStopped(tx, id, 'The endpoint was resumed.');
      return true;
    },
    refusal: { code: 'endpoint_active', because: 'is active' },
  },
];

const STOPPED = ['webhook_endpoint_paused', 'webhook_endpoint_gone'];

/** Whoever resumes or removes an endpoint has seen to what was listed about it. */
export async function settleStopped(tx: Executor, id: string, resolution: string): Promise<void> {
  for (const code of STOPPED) await resolveException(tx, code, id, resolution);
}

const changeState = ({ db }: Context, { verb, apply, refusal, ...words }: StateChange) =>
  defineRoute({
    method: 'post',
    path: `${PATH}/${verb}`,
    tag,
    ...words,
    scope: 'webhooks:write',
    params: uuidParams,
    body: z.strictObject({}).default({}),
    responses: { 200: { description: 'The endpoint', schema: views.endpoint } },
    handle: (call) =>
      once(db, idempotentRequest(call), async (tx) => {
        const { id } = call.params;
        if (!(await apply(tx, id))) {
          await lockEndpoint(tx, id);
          throw conflict(refusal.code, `The endpoint ${id} ${refusal.because}.`);
        }
        return showEndpoint(tx, id);
      }),
  });

/** A signature for each goes with every webhook, and receivers bound their headers. */
const MOST_SECRETS = 5;

const rotate = ({ db }: Context) =>
  defineRoute({
    method: 'post',
    path: `${PATH}/rotate-secret`,
    tag,
    summary: 'Replace the secret; both sign during the overlap',
    description: `With \`overlap_seconds\` 0 the new one signs alone from now on. At most ${MOST_SECRETS} overlap.`,
    scope: 'webhooks:write',
    params: uuidParams,
    body: views.rotation,
    responses: { 200: { description: 'The endpoint and its new secret', schema: views.endpointWithSecret } },
    handle: (call) =>
      showSecretOnce(db, call, 200, async (tx, secret) => {
        const { id } = call.params;
        const { overlap_seconds: overlap } = call.body;
        await lockEndpoint(tx, id);
        const { secrets } = (await endpoints.findWebhookEndpoint(tx, id))!;
        if (overlap > 0 && secrets.length >= MOST_SECRETS)
          throw conflict('secrets_overlap', `${MOST_SECRETS} secrets sign for ${id} already; let one expire first.`);
        await endpoints.rotateWebhookSecret(tx, id, secret, overlap);
        return (await endpoints.findWebhookEndpoint(tx, id))!;
      }),
  });
