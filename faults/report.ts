/** What a run says: each scenario, each invariant, held or broken. */
import type { Result } from './scenario.ts';

const mark = (held: boolean) => (held ? 'held  ' : 'BROKEN');

export function describeResult(result: Result): string {
  const { settled, findings, checks, moves } = result;
  const end =
    settled.ms === undefined ? `did NOT settle: ${JSON.stringify(settled.open)}` : `settled in ${seconds(settled.ms)}`;
  return [
    `${mark(result.held)} ${result.scenario} (queues in ${result.store}): ${result.title}`,
    `       ${result.orders} orders accepted, ${end}`,
    `       ${moves.map(({ what, rows }) => `${what} ${rows}`).join(' · ')}`,
    ...findings.map(
      (each) => `       ${mark(each.held)} ${each.invariant} ${each.title}${each.held ? '' : ` (${each.violations})`}`,
    ),
    ...findings.flatMap((each) => each.examples.map((example) => `              ${JSON.stringify(example)}`)),
    ...checks.map((each) => `       ${mark(each.held)} ${each.what}${each.detail ? `: ${each.detail}` : ''}`),
  ].join('\n');
}

const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;

export function describeTotal(results: readonly Result[]): string {
  const broken = results.filter((result) => !result.held);
  if (broken.length === 0) return `All ${results.length} scenarios held.`;
  const names = broken.map((result) => `${result.scenario} (${result.store})`).join(', ');
  return `${broken.length} of ${results.length} scenarios broke: ${names}`;
}
