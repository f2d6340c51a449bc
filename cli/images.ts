/** `images`: pictures of products. */
import type { Command } from 'commander';
import type { Context } from './context.ts';
import { addImageLists } from './image-lists.ts';
import { addImageImportCommand } from './import-images.ts';
import { addRebuildCommand } from './rebuild-variants.ts';

export function addImageCommands(program: Command, context: Context): void {
  const images = program
    .command('images')
    .description('import pictures, see how they come along, try again what came to nothing, and rebuild');
  addImageImportCommand(images, context);
  addImageLists(images, context);
  addRebuildCommand(images, context);
}
