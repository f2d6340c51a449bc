/**
 * POST /v1/products/import: variants by the thousand, read as they arrive and written 200 at a time, with a report per
 * line. A line that is wrong stops no other; the same import again changes nothing.
 */
import { Writable } from 'node:stream';
import { z } from 'zod';
import type { Database } from '../db/database.ts';
import { type ImportOptions, importBatch, type LineResult } from '../db/import-catalogue.ts';
import { readCsv } from './import-csv.ts';
import { MAX_IMPORT_BYTES, type ReadLine, readBytes, readNdjson } from './import-lines.ts';
import { Problem } from './problem.ts';
import { type Call, defineRoute, type Route } from './route.ts';

const BATCH_LINES = 200;
const MAX_LINES = 100_000;
