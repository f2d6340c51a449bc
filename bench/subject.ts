/** What is measured: the system or its floor, seen alike by the load and by the report. */
import type { Child } from './processes.ts';

export interface Subject {
  name: 'system' | 'floor';
  /** The URL that orders are posted to, and the headers of each. */
  url: string;
  headers: Record<string, string>;
  /** The body of the n-th order. */
  body(n: number): string;
  /** The id of an accepted order, out of the answer. */
  idOf(answer: string): string;
  /** Which of the orders have come to their end: delivered and told, everything written. */
  findDone(ids: string[]): Promise<string[]>;
  children: Child[];
  databaseName: string;
  stop(): Promise<void>;
}
