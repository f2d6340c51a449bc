/** The package has no types of its own. */
declare module 'mjml' {
  interface Options {
    validationLevel: 'strict' | 'soft' | 'skip';
    keepComments: boolean;
    fonts: object;
    minify: boolean;
    minifyOptions?: object;
  }
  export default function mjml(
    source: string,
    options: Options,
  ): Promise<{ html: string; errors: readonly { formattedMessage: string }[] }>;
}
