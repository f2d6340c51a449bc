/**
 * robots.txt by RFC 9309. Where the RFC's text and Google's parser (whose cases everybody tests against) read a percent-encoding
 * differently, both readings are asked, and what either forbids is forbidden.
 */
import {
  type ByteString,
  bytesOf,
  compilePattern,
  escapePattern,
  matchesPath,
  normalisePath,
  normalisePattern,
  type PathPattern,
  sentPath,
  textOf,
  writtenPath,
} from './robots-pattern.ts';
import { type RobotsRecord, readRecords } from './robots-records.ts';

/** A line of the file, for whoever asks why. */
export interface RobotsRule {
  /** Counted from 1. */
  readonly line: number;
  readonly text: string;
}

export interface RobotsJudgement {
  readonly allowed: boolean;
  /** The line that decided; null when none applies, or there is no file to read. */
  readonly rule: RobotsRule | null;
  /** Seconds between two requests, as the group asks for (not in the RFC, widely used); the longest where it says several. */
  readonly crawlDelaySeconds: number | null;
}

export interface Robots {
  readonly sitemaps: readonly string[];
  /** `productToken` is a crawler's name (`StockroomBot`); a version behind a slash is ignored. */
  judge(productToken: string, url: string): RobotsJudgement;
}

interface Rule {
  readonly allow: boolean;
  readonly line: RobotsRecord['line'];
  readonly asWritten: PathPattern;
  readonly asNormalised: PathPattern;
}

interface Group {
  readonly agents: string[];
  readonly rules: Rule[];
  readonly delays: Delay[];
}

/** Holds for the agents named directly before it: what is not of the RFC ends no group, and is not meant for the next name. */
interface Delay {
  readonly from: number;
  readonly to: number;
  seconds: number;
}

export function parseRobots(text: string | Uint8Array): Robots {
  const records = readRecords(bytesOf(text));
  const sitemaps = records.filter(({ key }) => key === 'sitemap').map(({ value }) => textOf(value));
  const groups = groupsOf(records);
  return {
    sitemaps,
    judge: (productToken, url) => {
      const found = groupsFor(groups, productToken);
      const crawlDelaySeconds = delayOf(found);
      // "The /robots.txt URI is implicitly allowed" (2.2.2).
      if (sentPath(url) === '/robots.txt') return { allowed: true, rule: null, crawlDelaySeconds };
      return { ...judgePath(found.chosen, url), crawlDelaySeconds };
    },
  };
}

/** A robots.txt that says the same of everything, for when there is none to read. */
export function robotsForAll(allowed: boolean): Robots {
  return { sitemaps: [], judge: () => ({ allowed, rule: null, crawlDelaySeconds: null }) };
}

function groupsOf(records: readonly RobotsRecord[]): Group[] {
  const groups: Group[] = [];
  let naming = false;
  for (const record of records) {
    const group = groups.at(-1);
    if (record.key === 'user-agent') {
      if (naming) group!.agents.push(agentOf(record.value));
      else groups.push({ agents: [agentOf(record.value)], rules: [], delays: [] });
      naming = true;
    } else if (record.key === 'allow' || record.key === 'disallow') {
      group?.rules.push(...rulesOf(record));
      naming = false;
    } else if (record.key === 'crawl-delay') {
      if (group) noteDelay(group, secondsOf(record.value));
    }
  }
  return groups;
}

/** `*` also with words behind it; else the letters, `_` and `-` that it begins with: what a product token may consist of. */
function agentOf(value: ByteString): string {
  return /^\*(?:\s|$)/.test(value) ? '*' : /^[a-z_-]*/i.exec(value)![0].toLowerCase();
}

function noteDelay({ agents, delays }: Group, seconds: number | undefined): void {
  if (seconds === undefined) return;
  const last = delays.at(-1);
  if (last?.to === agents.length) last.seconds = Math.max(last.seconds, seconds);
  else delays.push({ from: last?.to ?? 0, to: agents.length, seconds });
}

function secondsOf(value: ByteString): number | undefined {
  const number = /^\d{1,9}(?:\.\d{1,9})?/.exec(value)?.[0];
  return number === undefined ? undefined : Number(number);
}

/** An empty path says nothing. Google: an allowed index page allows its folder. */
function rulesOf({ key, value, line }: RobotsRecord): Rule[] {
  if (value === '') return [];
  const allow = key === 'allow';
  const paths = [value];
  const slash = value.lastIndexOf('/');
  if (allow && slash >= 0 && value.startsWith('/index.htm', slash)) paths.push(`${value.slice(0, slash + 1)}$`);
  return paths.map((path) => {
    const [written, normal] = [escapePattern(path), normalisePattern(path)];
    const asWritten = compilePattern(written);
    const asNormalised = normal === written ? asWritten : compilePattern(normal);
    return { allow, line, asWritten, asNormalised };
  });
}

/** All groups that name the crawler are one (2.2.1); only if there is none, those of `*`. */
function groupsFor(groups: readonly Group[], productToken: string): { agent: string; chosen: readonly Group[] } {
  const token = (/^([a-z_-]+)\//i.exec(productToken)?.[1] ?? productToken).toLowerCase();
  const own = token === '' ? [] : groups.filter(({ agents }) => agents.includes(token));
  if (own.length > 0) return { agent: token, chosen: own };
  return { agent: '*', chosen: groups.filter(({ agents }) => agents.includes('*')) };
}

function delayOf({ agent, chosen }: { agent: string; chosen: readonly Group[] }): number | null {
  let longest: number | null = null;
  for (const { agents, delays } of chosen) {
    for (const { from, to, seconds } of delays) {
      if (seconds > (longest ?? -1) && agents.slice(from, to).includes(agent)) longest = seconds;
    }
  }
  return longest;
}

function judgePath(chosen: readonly Group[], url: string): { allowed: boolean; rule: RobotsRule | null } {
  const rules = chosen.flatMap(({ rules }) => rules);
  const paths = { asWritten: writtenPath(url), asNormalised: normalisePath(bytesOf(sentPath(url))) };
  const written = mostSpecific(rules, 'asWritten', paths.asWritten);
  const same = paths.asWritten === paths.asNormalised && rules.every((rule) => rule.asWritten === rule.asNormalised);
  const normalised = same ? written : mostSpecific(rules, 'asNormalised', paths.asNormalised);
  const forbidding = [normalised, written].find((rule) => rule?.allow === false);
  return { allowed: forbidding === undefined, rule: told(forbidding ?? normalised ?? written) };
}

function told(rule: Rule | undefined): RobotsRule | null {
  return rule ? { line: rule.line.number, text: textOf(rule.line.bytes) } : null;
}

/** The longest rule that matches; of two as long, the one that allows. */
function mostSpecific(rules: readonly Rule[], reading: 'asWritten' | 'asNormalised', path: string): Rule | undefined {
  let best: Rule | undefined;
  for (const rule of rules) {
    const { octets } = rule[reading];
    const least = best?.[reading].octets ?? 0;
    if (octets < least || (octets === least && !(rule.allow && best?.allow === false))) continue;
    if (matchesPath(rule[reading], path)) best = rule;
  }
  return best;
}
