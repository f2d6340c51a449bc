import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { HANDLED_EVENTS } from '../domain/stripe-events.ts';

it('whoever sets up the endpoint at Stripe is told of every event type that is acted on, and of no other', () => {
  const operations = readFileSync('docs/operations.md', 'utf8');
  const [, section = ''] = operations.split("## Stripe's webhook endpoint\n");
  const told = section.split('\n## ')[0]?.match(/(?<=`)[a-z_]+(?:\.[a-z_]+)+(?=`)/g) ?? [];
  expect(told.toSorted()).toEqual([...HANDLED_EVENTS].toSorted());
});
