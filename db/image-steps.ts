/** How long the steps of the picture pipeline take, summed over all processes for `/metrics`. */
import { type Executor, FEW, setStatement, statement } from './database.ts';
import { uuidv7 } from './ids.ts';

export const IMAGE_STEPS = ['fetch', 'decode', 'encode_webp', 'encode_jpeg', 'encode_avif', 'store'] as const;
export type ImageStep = (typeof IMAGE_STEPS)[number];

/** Upper bounds in seconds. */
export const STEP_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const;

const BUCKETS = STEP_BUCKETS.map((bound) => `count(*) filter (where took.seconds <= ${bound})`).join(', ');

// In the order of the steps, so that two sets never wait for each other.
const record = setStatement<{ key: string; steps: { step: ImageStep; seconds: number }[] }>(
  'record_image_steps',
  ({ key }) => key,
  `insert into image_steps (step, count, seconds, buckets)
   select took.step, count(*), sum(took.seconds), array[${BUCKETS}]
   from json_to_recordset($1) as item (n integer, steps json), json_to_recordset(item.steps) as took (step text, seconds float8)
   where ${FEW} group by took.step order by took.step
   on conflict (step) do update set count = image_steps.count + excluded.count, seconds = image_steps.seconds + excluded.seconds,
     buckets = array(
       select a + b from unnest(image_steps.buckets, excluded.buckets) with ordinality as both_of (a, b, place) order by place)`,
  { gatherMs: 50 },
);

/** Adds what one picture's steps took; calls of about the same time share a statement. */
export async function recordImageSteps(
  db: Executor,
  steps: readonly { step: ImageStep; seconds: number }[],
): Promise<void> {
  if (steps.length > 0) await db.each(record, { key: uuidv7(), steps: [...steps] });
}

export interface StepHistogram {
  step: ImageStep;
  count: number;
  seconds: number;
  /** Counts up to each of {@link STEP_BUCKETS}, cumulative. */
  buckets: number[];
}

const read = statement('read_image_steps', 'select step, count, seconds, buckets from image_steps order by step');

export async function readImageSteps(db: Executor): Promise<StepHistogram[]> {
  const rows = await db.rows<Omit<StepHistogram, 'buckets'> & { buckets: (string | number)[] }>(read);
  return rows.map((row) => ({ ...row, buckets: row.buckets.map(Number) }));
}
