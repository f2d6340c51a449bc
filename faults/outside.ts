/** The sandbox's switches: faults on request for Stripe, SendGrid, the carrier and Firecrawl. */
import { waitFor } from '../test/support/wait-for.ts';

export interface FaultWish {
  provider: 'stripe' | 'sendgrid' | 'carrier' | 'firecrawl';
  kind: string;
  match?: { method?: string; path?: string; event_type?: string; url?: string };
  times?: number;
  probability?: number;
  delay_ms?: number;
  phase?: 'before' | 'after';
  should_retry?: boolean;
  /** Another status to answer with. */
  status?: number;
}

interface Place {
  sandboxUrl: string;
}

const url = ({ sandboxUrl }: Place) => `${sandboxUrl}/sandbox/control/faults`;

/** Returns the fault's id. */
export async function breakOutside(place: Place, wish: FaultWish): Promise<string> {
  const response = await fetch(url(place), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(wish),
  });
  if (!response.ok) throw new Error(`The sandbox refused ${wish.kind}: ${await response.text()}`);
  return ((await response.json()) as { id: string }).id;
}

export async function mendOutside(place: Place): Promise<void> {
  await fetch(url(place), { method: 'DELETE' });
}

/** How often a fault has struck; 0 when it is gone. */
export async function countHits(place: Place, id: string): Promise<number> {
  const { data } = (await (await fetch(url(place))).json()) as { data: { id: string; hits: number }[] };
  return data.find((fault) => fault.id === id)?.hits ?? 0;
}

export async function waitForHits(place: Place, id: string, hits: number): Promise<void> {
  await waitFor(async () => (await countHits(place, id)) >= hits, {
    timeoutMs: 20_000,
    everyMs: 20,
    describe: `fault ${id} to strike ${hits} times`,
  });
}
