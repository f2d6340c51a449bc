/** Returns in figures: how many stand where, since when, and what they cost. */
import type { ReturnStatus } from '../domain/returns/return-status.ts';
import { OPEN_RETURNS } from '../domain/returns/return-status.ts';
import { type Executor, statement } from './database.ts';

const open = statement(
  'count_open_returns',
  `select status, count(*)::integer as returns, extract(epoch from now() - min(updated_at))::float8 as oldest_seconds
   from returns where status = any($1) group by status`,
);

export interface OpenReturns {
  status: ReturnStatus;
  returns: number;
  oldest_seconds: number;
}

export function countOpenReturns(db: Executor): Promise<OpenReturns[]> {
  return db.rows<OpenReturns>(open, [OPEN_RETURNS]);
}

const days = statement(
  'returns_by_day',
  `select to_char(d.day, 'YYYY-MM-DD') as day, (
       select count(*)::integer from returns r where r.created_at >= d.day and r.created_at < d.day + interval '1 day'
     ) as asked, (
       select count(*)::integer from returns r where r.settled_at >= d.day and r.settled_at < d.day + interval '1 day'
     ) as settled
   from generate_series(date_trunc('day', now()) - make_interval(days => $1 - 1), date_trunc('day', now()), interval '1 day') as d (day)
   order by d.day`,
);

export interface ReturnDay {
  /** A UTC date. */
  day: string;
  asked: number;
  settled: number;
}

/** The last days, today's as the last one. */
export function countReturnsByDay(db: Executor, lastDays: number): Promise<ReturnDay[]> {
  return db.rows<ReturnDay>(days, [lastDays]);
}

const reasons = statement(
  'return_reasons',
  `select l.reason, sum(l.quantity)::integer as units from return_lines l join returns r on r.id = l.return_id
   where r.created_at > now() - make_interval(days => $1) group by l.reason order by units desc, l.reason`,
);

/** Why goods came back in the last days, by units. */
export function countReturnReasons(db: Executor, lastDays: number): Promise<{ reason: string; units: number }[]> {
  return db.rows<{ reason: string; units: number }>(reasons, [lastDays]);
}
