/** Invariant 7 for drift: what is held waits for a person who knows of it, and what was decided waits for nobody. */
import { rule } from './rule.ts';

export const drift = [
  rule(
    7,
    'shape_held_without_a_change',
    `select s.id as shape_id, s.competitor_id, s.shape from extraction_shapes s
     where s.status = 'unconfirmed' and not exists (
       select from extraction_changes c where c.shape_id = s.id and c.closed_at is null
     )`,
  ),
  rule(
    7,
    'change_open_though_decided',
    `select c.id as change_id, s.id as shape_id, s.status from extraction_changes c join extraction_shapes s on s.id = c.shape_id
     where c.closed_at is null and s.status <> 'unconfirmed'`,
  ),
  rule(
    7,
    'change_untold',
    `select id as change_id, competitor_id from extraction_changes
     where closed_at is null and told_at is null and opened_at < now() - :wait`,
  ),
];
