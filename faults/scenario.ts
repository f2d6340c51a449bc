/** A scenario breaks something under load; what it leaves behind is then held to the invariants. */

import { setTimeout as delay } from 'node:timers/promises';
import { readMails, readStripe } from '../bench/outside-facts.ts';
import { checkInvariants, type Finding } from '../db/invariants.ts';
import { type Accepted, type Crowd, type CrowdOptions, startCrowd } from './crowd.ts';
import { countMoves, type Moves } from './moves.ts';
import { mendOutside } from './outside.ts';
import { type Settled, settle } from './settle.ts';
import type { Stage } from './stage.ts';

export interface Check {
  what: string;
  held: boolean;
  detail?: string;
}

export interface Size {
  /** Orders placed while things break. */
  orders: number;
  /** How often a fault is repeated, where it is. */
  rounds: number;
  /** Subscriptions, and the months that they run, where there are any. */
  subscriptions: number;
  months: number;
}

export interface Scenario {
  name: string;
  title: string;
  /** Needs Redis as its queue store, or a database server of its own. */
  needs?: 'redis' | 'server';
  /** Breaks things; returns what it asserts itself beyond the invariants. */
  run(play: Play): Promise<Check[]>;
}

export interface Play {
  stage: Stage;
  size: Size;
  /** Starts buyers; their orders are followed to the end. */
  crowd(options?: Partial<Omit<CrowdOptions, 'sku' | 'name'>>): Crowd;
}

export interface Result {
  scenario: string;
  title: string;
  store: Stage['kind'];
  orders: number;
  /** How the money of all orders went. */
  moves: Moves;
  settled: Settled;
  findings: Finding[];
  checks: Check[];
  held: boolean;
}

let crowds = 0;

/** Plays a scenario to its end: buyers served, everything settled, invariants asked. */
export async function playScenario(scenario: Scenario, stage: Stage, size: Size): Promise<Result> {
  const started: Crowd[] = [];
  const play: Play = {
    stage,
    size,
    crowd(options = {}) {
      const name = `crowd${++crowds}`;
      const usual = { orders: size.orders, buyers: 12, pauseMs: 150 };
      const crowd = startCrowd(stage.system, { ...usual, ...options, sku: stage.sku, name });
      started.push(crowd);
      return crowd;
    },
  };
  const checks = await scenario
    .run(play)
    // Whatever happened, nobody orders any more, and those who did are served.
    .finally(() => Promise.all(started.map((crowd) => crowd.close())));
  // What many subscriptions have begun takes longer than a few orders.
  const settled = await settle(stage.system, 60_000 + size.subscriptions * size.months * 10);
  // Some faults last until all is settled: only the look at the outside needs them gone.
  await mendOutside(stage.system);
  const accepted = started.flatMap((crowd) => crowd.accepted);
  const findings = await judge(stage, accepted);
  checks.push(...started.flatMap(complaintsOf), ...aliveChecks(stage));
  const held = settled.ms !== undefined && [...findings, ...checks].every((each) => each.held);
  return {
    scenario: scenario.name,
    title: scenario.title,
    store: stage.kind,
    orders: accepted.length,
    moves: await countMoves(stage.system.db),
    settled,
    findings,
    checks,
    held,
  };
}

/** A late event of SendGrid's may just be under way: what is broken is broken at every look. */
async function judge(stage: Stage, accepted: Accepted[], looks = 4): Promise<Finding[]> {
  const findings = await look(stage, accepted);
  if (looks === 1 || findings.every(({ held }) => held)) return findings;
  await delay(1_500);
  return judge(stage, accepted, looks - 1);
}

async function look({ system }: Stage, accepted: Accepted[]): Promise<Finding[]> {
  const mailsReadAt = new Date();
  const [stripe, mails] = await Promise.all([readStripe(system.sandboxUrl), readMails(system.sandboxUrl)]);
  return checkInvariants(system.db, { graceSeconds: 0, waitSeconds: 0, accepted, stripe, mails, mailsReadAt });
}

function complaintsOf({ complaints }: Crowd): Check[] {
  if (complaints.length === 0) return [];
  return [{ what: 'buyers are answered', held: false, detail: complaints.slice(0, 5).join(' | ') }];
}

/** No process may have fallen by itself. */
function aliveChecks({ system }: Stage): Check[] {
  return [...system.processes]
    .filter(([, { child }]) => child.exitCode !== null || child.signalCode !== null)
    .map(([role, { child, lines }]) => ({
      what: `${role} still runs`,
      held: false,
      detail: `it ended with ${child.exitCode ?? child.signalCode}: ${lines.slice(-3).join(' | ')}`,
    }));
}
