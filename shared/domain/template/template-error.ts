/** A template that cannot be read or filled in, with the place in its text. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  /** Character offset into the template. */
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}
