/** `images`: pictures of products. */
import type { Command } from 'commander';
import type { Context } from './context.ts';
import { addImageImportCommand } from './import-images.ts';

export function addImageCommands(program: Command, context: Context): void {
  const images = program.command('images').description('import pictures, and see how they come along');
  addImageImportCommand(images, context);
}
