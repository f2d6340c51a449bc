/** Invariant 7 for pictures: what waits has a job or was given up by name, what is ready can be shown, and what goes is going. */
import { rule } from './rule.ts';

/** Compared as a set, since a job may be of any recipe. */
const jobsOn = (queue: string) =>
  `(select payload ->> 'sha256' from outbox where queue = '${queue}' and status = 'pending')`;

export const images = [
  rule(
    7,
    'image_waits_for_its_bytes',
    `select id as image_id, product_id, source, updated_at from product_images i
     where status = 'queued' and sha256 is null and updated_at < now() - :wait and not exists (
       select from outbox j where j.queue = 'fetch-image' and j.job_id = 'image-' || i.id and j.status = 'pending'
     )`,
  ),
  rule(
    7,
    'image_waits_to_be_rendered',
    `select i.id as image_id, p.sha256, p.updated_at from product_images i join pictures p on p.sha256 = i.sha256
     where i.status = 'queued' and p.status = 'new' and greatest(p.updated_at, i.updated_at) < now() - :wait
       and p.sha256 not in ${jobsOn('process-image')}`,
  ),
  rule(
    7,
    'image_waits_for_what_is_decided',
    `select i.id as image_id, i.sha256, p.status as picture_status from product_images i join pictures p on p.sha256 = i.sha256
     where i.status = 'queued' and p.status in ('ready', 'rejected') and i.updated_at < now() - :grace`,
  ),
  rule(
    7,
    'ready_image_without_a_ready_picture',
    `select i.id as image_id, i.sha256, p.status as picture_status from product_images i left join pictures p on p.sha256 = i.sha256
     where i.status = 'ready' and p.status is distinct from 'ready'`,
  ),
  rule(
    7,
    'ready_picture_without_variants',
    `select sha256, recipe from pictures p where status = 'ready' and not exists (
       select from picture_variants v where v.sha256 = p.sha256 and v.recipe = p.recipe
     )`,
  ),
  // All formats that are made at once come with each preset; sizes made on demand stand beside them and may lack some.
  rule(
    7,
    'ready_picture_with_a_gap',
    `select p.sha256, p.recipe, v.preset, array_agg(v.format) as formats
     from pictures p join picture_variants v on v.sha256 = p.sha256 and v.recipe = p.recipe
     where p.status = 'ready' and v.format <> 'avif'
     group by p.sha256, p.recipe, v.preset, v.created_at
     having count(*) < (
       select count(distinct w.format) from picture_variants w
       where w.sha256 = p.sha256 and w.recipe = p.recipe and w.format <> 'avif' and w.created_at = v.created_at
     )`,
  ),
  rule(
    7,
    'two_primary_images',
    `select product_id, count(*) as images from product_images where is_primary group by product_id having count(*) > 1`,
  ),
  rule(
    7,
    'upload_that_nobody_looks_for',
    `select id as image_id, product_id, expires_at from product_images
     where status = 'awaiting_upload' and expires_at < now() - :wait`,
  ),
  rule(
    7,
    'picture_half_removed',
    `select sha256, updated_at from pictures where status = 'removing' and updated_at < now() - :wait
       and sha256 not in ${jobsOn('clean-up-picture')}
       and not exists (select from exceptions x where x.subject = 'clean-up-picture/picture-' || sha256 and x.resolved_at is null)`,
  ),
  rule(
    7,
    'image_of_a_picture_that_goes',
    `select i.id as image_id, i.sha256 from product_images i join pictures p on p.sha256 = i.sha256 where p.status = 'removing'`,
  ),
  rule(
    7,
    'rebuild_that_nobody_plans',
    `select id as rebuild_id, created_at from image_rebuilds where status = 'running' and recipe is null and created_at < now() - :wait`,
  ),
];
