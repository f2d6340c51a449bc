/** `competitors` and `listings`: whose pages are watched for what of ours, from the machine itself. */
import { type Command, Option } from 'commander';
import { competitorTable } from '../api/import-competitors.ts';
import { listingTable } from '../api/import-listings.ts';
import { type CompetitorFilter, listCompetitors, setCompetitorStatus } from '../db/competitors.ts';
import { type ListingFilter, listListings, setListingStatus } from '../db/listings.ts';
import { requestScrape } from '../db/scrapes.ts';
import { parseCount, parseId } from './arguments.ts';
import { CliError } from './cli-error.ts';
import { type Context, outputOf, withDatabase } from './context.ts';
import { addTableImport } from './import-table.ts';
import { printResult, printRows } from './output.ts';

export function addWatchListCommands(program: Command, context: Context): void {
  const competitors = program.command('competitors').description('sites whose prices are watched');
  addCompetitorList(competitors, context);
  addTableImport(competitors, context, 'domain, name, currency, locale, …', competitorTable([]));
  addCompetitorTurn(competitors, context, 'pause');
  addCompetitorTurn(competitors, context, 'resume');
  const listings = program.command('listings').description('their pages, and what of ours each is watched for');
  addListingList(listings, context);
  addTableImport(listings, context, 'competitor (its domain), sku, url or search, …', listingTable([]));
  addListingTurn(listings, context, 'pause');
  addListingTurn(listings, context, 'resume');
  addLook(listings, context);
}

const limitOption = () => new Option('--limit <count>', 'at most so many').argParser(parseCount).default(100);

function addCompetitorList(competitors: Command, context: Context): void {
  competitors
    .command('list')
    .description('oldest first')
    .addOption(new Option('--status <status>').choices(['active', 'paused', 'held']))
    .addOption(new Option('--source <source>').choices(['built_in', 'firecrawl']))
    .option('--tag <tag>', 'that have it')
    .option('--owner <address>', 'that somebody looks after')
    .addOption(limitOption())
    .action(async ({ limit, ...filter }: CompetitorFilter & { limit: number }, command: Command) => {
      const rows = await withDatabase(context, (db) => listCompetitors(db, filter, { limit }));
      const columns = [
        'id',
        'domain',
        'name',
        'currency',
        'locale',
        'source',
        'status',
        'owner',
        'status_reason',
      ] as const;
      printRows(outputOf(context, command), rows.slice(0, limit), columns);
    });
}

type Verb = 'pause' | 'resume';

function addCompetitorTurn(competitors: Command, context: Context, verb: Verb): void {
  competitors
    .command(verb)
    .description(verb === 'pause' ? 'look at none of its pages for now' : 'look at its pages again')
    .argument('<id>', 'as the list shows it', parseId)
    .action(async (id: string, _options: object, command: Command) => {
      const turn =
        verb === 'pause'
          ? ({ from: ['active', 'held'], to: 'paused', reason: null } as const)
          : ({ from: ['paused', 'held'], to: 'active', reason: null } as const);
      const turned = await withDatabase(context, (db) => setCompetitorStatus(db, id, turn));
      if (!turned) throw new CliError(`There is no competitor ${id} to ${verb}.`);
      printResult(outputOf(context, command), `${turned.domain} is ${turned.status}.`, { id, status: turned.status });
    });
}

function addListingList(listings: Command, context: Context): void {
  listings
    .command('list')
    .description('oldest first')
    .option('--competitor <id>', 'of this one', parseId)
    .option('--sku <sku>', 'for this variant of ours')
    .addOption(new Option('--status <status>').choices(['active', 'paused', 'gone']))
    .option('--tag <tag>', 'that have it')
    .option('--owner <address>', 'that somebody looks after')
    .option('--linked', 'that are tied to a variant of ours')
    .option('--no-linked', 'that are tied to none')
    .addOption(limitOption())
    .action(async ({ limit, ...filter }: ListingFilter & { limit: number }, command: Command) => {
      const rows = await withDatabase(context, (db) => listListings(db, filter, { limit }));
      const columns = ['id', 'competitor_domain', 'sku', 'linked_by', 'status', 'due_at', 'url'] as const;
      printRows(outputOf(context, command), rows.slice(0, limit), columns);
    });
}

function addListingTurn(listings: Command, context: Context, verb: Verb): void {
  listings
    .command(verb)
    .description(verb === 'pause' ? 'look at this page no more for now' : 'look at this page again')
    .argument('<id>', 'as the list shows it', parseId)
    .action(async (id: string, _options: object, command: Command) => {
      const turn =
        verb === 'pause'
          ? ({ from: ['active'], to: 'paused', reason: null } as const)
          : ({ from: ['paused', 'gone'], to: 'active', reason: null } as const);
      if (!(await withDatabase(context, (db) => setListingStatus(db, id, turn))))
        throw new CliError(`There is no listing ${id} to ${verb}.`);
      printResult(outputOf(context, command), `It is ${turn.to}.`, { id, status: turn.to });
    });
}

function addLook(listings: Command, context: Context): void {
  listings
    .command('look')
    .description('look at a page as soon as its site may be asked')
    .argument('<id>', 'as the list shows it', parseId)
    .action(async (id: string, _options: object, command: Command) => {
      const scrape = await withDatabase(context, (db) => db.transaction((tx) => requestScrape(tx, id)));
      if (!scrape) throw new CliError(`There is no page of a listing ${id} to look at.`);
      printResult(outputOf(context, command), `Planned for ${scrape.planned_for.toISOString()}.`, { ...scrape });
    });
}
