/** One receiver's box: what came, whether it is genuine, and how it is answered. Kept in memory, bounded. */
import { verifyWebhook, WebhookVerificationError } from '../../sdk/index.ts';
import type { Answer } from './answers.ts';

export interface Received {
  /** Within the box: 1, 2, 3 … */
  number: number;
  at: string;
  /** The webhook-id. */
  id: string;
  type: string;
  /** What the event is about; null when the body is no event. */
  data: unknown;
  /** `genuine`, why it is not, or that there is no secret to tell by. */
  verdict: string;
  /** Attempts of this webhook-id so far, this one included. */
  times: number;
  answer: string;
}

export interface Letter {
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

export interface Statistics {
  requests: number;
  most_at_once: number;
  most_per_second: number;
}

export interface Settings {
  secrets: string[];
  answer: Answer;
  /** Before the answer. */
  delay_ms: number;
}

export type Box = ReturnType<typeof createBox>;

const KEPT = 50_000;
/** With headers and body, for the page. */
const KEPT_WHOLE = 200;

export function createBox() {
  const settings: Settings = { secrets: [], answer: 'ok', delay_ms: 0 };
  const received: Received[] = [];
  const letters = new Map<number, Letter>();
  const times = new Map<string, number>();
  const statistics: Statistics = { requests: 0, most_at_once: 0, most_per_second: 0 };
  let underWay = 0;
  let second = { at: 0, requests: 0 };

  /** Counts a request; the function that it returns counts its end. */
  function enter(): () => void {
    const at = Math.floor(Date.now() / 1_000);
    second = { at, requests: (second.at === at ? second.requests : 0) + 1 };
    statistics.requests++;
    statistics.most_per_second = Math.max(statistics.most_per_second, second.requests);
    statistics.most_at_once = Math.max(statistics.most_at_once, ++underWay);
    return () => void underWay--;
  }

  async function keep(letter: Letter): Promise<Received> {
    const id = String(letter.headers['webhook-id'] ?? '');
    times.set(id, (times.get(id) ?? 0) + 1);
    const { type, data } = read(letter.body);
    const at = new Date().toISOString();
    const verdict = await judge(letter, settings.secrets);
    const number = (received.at(-1)?.number ?? 0) + 1;
    const entry = { number, at, id, type, data, verdict, times: times.get(id)!, answer: settings.answer };
    received.push(entry);
    letters.set(number, letter);
    letters.delete(number - KEPT_WHOLE);
    if (received.length > KEPT) received.shift();
    return entry;
  }

  return { settings, statistics, received, enter, keep, letter: (number: number) => letters.get(number) };
}

function read(body: string): { type: string; data: unknown } {
  try {
    const { type, data } = JSON.parse(body) as { type?: unknown; data?: unknown };
    return { type: String(type), data: data ?? null };
  } catch {
    return { type: '(no JSON)', data: null };
  }
}

async function judge({ body, headers }: Letter, secrets: readonly string[]): Promise<string> {
  if (secrets.length === 0) return 'no secret to tell by';
  try {
    await verifyWebhook(body, headers, secrets);
    return 'genuine';
  } catch (error) {
    if (error instanceof WebhookVerificationError) return error.code;
    throw error;
  }
}
