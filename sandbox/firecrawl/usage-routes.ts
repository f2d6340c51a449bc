/** What the team has left, and what is waiting. */
import express, { type Router } from 'express';
import type { Account } from './account.ts';
import type { Jobs } from './jobs.ts';
import type { Runner } from './run-jobs.ts';
import type { FirecrawlSettings } from './settings.ts';

export interface UsageParts {
  account: Account;
  jobs: Jobs;
  settings: FirecrawlSettings;
  runner: Runner;
}

/** A credit is worth this many tokens of the extract plans. */
const TOKENS = 15;
const COUNTED = 10_000;

export function createUsageRoutes({ account, jobs, settings, runner }: UsageParts): Router {
  const router = express.Router();
  const period = () => ({ billingPeriodStart: account.period().start, billingPeriodEnd: account.period().end });
  router.get('/team/credit-usage', (_req, res) => {
    const data = { remainingCredits: account.remaining(), planCredits: settings.planCredits, ...period() };
    res.json({ success: true, data });
  });
  router.get('/team/credit-usage/historical', (_req, res) => {
    res.json({ success: true, periods: account.history() });
  });
  router.get('/team/token-usage', (_req, res) => {
    const [remainingTokens, planTokens] = [account.remaining() * TOKENS, settings.planCredits * TOKENS];
    res.json({ success: true, data: { remainingTokens, planTokens, ...period() } });
  });
  router.get('/team/token-usage/historical', (_req, res) => {
    const periods = account
      .history()
      .map(({ totalCredits, ...rest }) => ({ ...rest, totalTokens: totalCredits * TOKENS }));
    res.json({ success: true, periods });
  });
  router.get('/team/queue-status', (_req, res) => {
    const active = runner.active();
    const waiting = jobs.waiting(COUNTED).length - active;
    const counts = { jobsInQueue: waiting + active, activeJobsInQueue: active, waitingJobsInQueue: waiting };
    res.json({ success: true, ...counts, maxConcurrency: settings.maxConcurrency, mostRecentSuccess: null });
  });
  router.get('/concurrency-check', (_req, res) => {
    res.json({ success: true, data: { concurrency: runner.active(), maxConcurrency: settings.maxConcurrency } });
  });
  return router;
}
