/** The document's schemas, and the queries and unnamed bodies and answers of its operations, as TypeScript interfaces. */
import { compile } from 'json-schema-to-typescript';
import type { NamedOperation } from './name-methods.ts';
import type { OpenApiDocument, Schema } from './openapi-document.ts';

/** Interfaces that the methods' signatures ask for, by name; `add` gives the name back. */
export class Types {
  readonly #schemas: Record<string, Schema>;

  constructor({ components }: OpenApiDocument) {
    this.#schemas = { ...components.schemas };
  }

  /** The name of a schema that has one in the document, else it gets this one. */
  of(schema: Schema, name: string): string {
    const reference = schema.$ref?.split('/').at(-1);
    if (reference) return reference;
    if (schema.type === 'string') return 'string';
    if (name in this.#schemas) throw new Error(`There are two schemas ${name}.`);
    this.#schemas[name] = schema;
    return name;
  }

  /** The schema that a reference leads to. */
  resolve(schema: Schema): Schema {
    return schema.$ref ? this.#schemas[schema.$ref.split('/').at(-1)!]! : schema;
  }

  async write(): Promise<string> {
    const definitions = JSON.parse(
      JSON.stringify(this.#schemas).replaceAll('#/components/schemas/', '#/definitions/'),
      withoutTitles,
    ) as Record<string, object>;
    const text = await compile({ type: 'object', properties: {}, definitions }, 'Nothing', {
      additionalProperties: false,
      bannerComment: '',
      ignoreMinAndMaxItems: true,
      unreachableDefinitions: true,
      unknownAny: true,
      style: { singleQuote: true, printWidth: 120 },
    });
    return text
      .replace(/export interface Nothing \{\}\n/, '')
      .replaceAll(/(^|\n)\/\*\*\n \* This interface was referenced by [\s\S]*?\*\//g, '')
      .replaceAll(/\n \*\n \* This interface was referenced by [\s\S]*?\*\//g, '\n */');
  }
}

/** A title would become the interface's name. */
const withoutTitles = (key: string, value: unknown) =>
  key === 'title' && typeof value === 'string' ? undefined : value;

/** `['orders', 'refunds', 'create']` → `OrdersRefundsCreate`. */
export const pascal = ({ name }: NamedOperation) => name.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('');
